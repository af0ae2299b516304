//! Query parameters of URLs.

use url::Url;

/// Sets a query parameter. An existing parameter is replaced at the position of its first
/// occurrence.
pub(crate) fn set_query_parameter(url: &mut Url, name: &str, value: &str) {
    let mut value = Some(value.to_owned());
    let mut pairs = Vec::new();
    for (key, old) in url.query_pairs() {
        if key != name {
            pairs.push((key.into_owned(), old.into_owned()));
        } else if let Some(value) = value.take() {
            pairs.push((key.into_owned(), value));
        }
    }
    pairs.extend(value.map(|value| (name.to_owned(), value)));
    url.query_pairs_mut().clear().extend_pairs(pairs);
}

/// Returns the URL without the named query parameters.
pub(super) fn without_query_parameters(url: &Url, names: &[&str]) -> Url {
    let mut without = url.clone();
    if url.query().is_some() {
        let kept: Vec<_> =
            url.query_pairs().filter(|(name, _)| !names.contains(&name.as_ref())).collect();
        without.set_query(None);
        if !kept.is_empty() {
            without.query_pairs_mut().extend_pairs(kept);
        }
    }
    without
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_replaced_in_place() {
        let mut url = Url::parse("https://example.com/?a=1&b=2&a=3").expect("a URL");
        set_query_parameter(&mut url, "a", "x y");
        assert_eq!(url.query(), Some("a=x+y&b=2"));
        set_query_parameter(&mut url, "c", "");
        assert_eq!(url.query(), Some("a=x+y&b=2&c="));
    }

    #[test]
    fn removing_all_parameters_removes_the_query() {
        let url = Url::parse("https://example.com/?a=1&b=2").expect("a URL");
        assert_eq!(without_query_parameters(&url, &["a"]).query(), Some("b=2"));
        assert_eq!(without_query_parameters(&url, &["a", "b"]).query(), None);
    }
}
