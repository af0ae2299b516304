//! The authentication of a page by its cookies.

use http::{HeaderValue, Request, header, request::Parts};

use super::{MALFORMED, authenticate::check_state, backend::Answer, world::World};

pub(super) fn run(input: &[u8]) -> &'static str {
    let world = World::get();
    let (text, signed) = world.instance.expand(input);
    let lines = text.split(|&byte| byte == b'\n').map(HeaderValue::from_bytes);
    let Ok(headers) = lines.collect::<Result<Vec<_>, _>>() else { return MALFORMED };
    world.backend.set_answer(Answer::not_found());

    let joined = headers.iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b"; "[..]);
    let joined = HeaderValue::from_bytes(&joined).expect("joined headers");
    let with_another = [b"theme=%zz; ", joined.as_bytes(), b"; other=1; ;; ="].concat();
    let with_another = HeaderValue::from_bytes(&with_another).expect("joined headers");
    let mut last = "";
    for app in [b'a', b'b'] {
        let outcome = |headers: &[HeaderValue]| {
            let state = world.block_on(world.app(app).authenticate(&request(headers)));
            check_state(&state, &signed, false);
            let token = state.session().map(|session| session.token().to_owned());
            (state.status(), state.reason().cloned(), token)
        };
        // HTTP/2 allows to split the header (RFC 9113, section 8.2.3).
        let expected = outcome(&headers);
        assert_eq!(outcome(std::slice::from_ref(&joined)), expected, "split headers mean the same");
        assert_eq!(
            outcome(std::slice::from_ref(&with_another)),
            expected,
            "other cookies have no influence"
        );
        last = expected.0;
    }
    last
}

fn request(cookies: &[HeaderValue]) -> Parts {
    let mut request = Request::get("https://example.com/dashboard?a=b");
    request = request.header("sec-fetch-dest", "document");
    for cookie in cookies {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(()).expect("a request").into_parts().0
}
