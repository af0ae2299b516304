//! Test vectors of others: [Wycheproof](https://github.com/C2SP/wycheproof), RFC 7515, RFC 7519
//! and, through Wycheproof, RFC 7520.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, jwk::Jwk};
use serde_json::{Value, json};
use wycheproof_ng_kdf_jose::json_web;
use wycheproof_ng_rsa_signature::rsa_pkcs1_verify as pkcs1;

use crate::{
    clock::Clock,
    token::{
        Jwt, KeySource, Payload, TokenClass, TokenError, Verifier, VerifierSettings, VerifyError,
        VerifyingKey, jwt::Jws,
    },
};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];

/// The time at which the tokens of the RFCs expire, in seconds since the epoch.
const RFC_EXPIRATION: u64 = 1_300_819_380;

/// The claims of the RFCs' examples, encoded:
/// `{"iss":"joe", "exp":1300819380, "http://example.com/is_root":true}`.
const RFC_CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

fn key(jwk: &Value) -> Option<VerifyingKey> {
    VerifyingKey::from_jwk(&serde_json::from_value::<Jwk>(jwk.clone()).ok()?)
}

fn verifier(key: VerifyingKey) -> Verifier {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(RFC_EXPIRATION - 1);
    let settings = VerifierSettings {
        clock: Clock::manual(now),
        clock_skew: 0,
        audiences: Vec::new(),
        authorized_parties: Vec::new(),
        cache_capacity: 0,
        revocations: Arc::default(),
    };
    Verifier::new(KeySource::Local(Arc::new(key)), settings)
}

/// Verifies a JWS whose payload need not be JSON.
fn verify_jws(jwk: &Value, jws: &str) -> Result<(), TokenError> {
    let key = key(jwk).ok_or(TokenError::NoKey)?;
    let Jws { text, header, signature, .. } = Jws::decode(jws.as_bytes())?;
    let payload = Payload::parse("{}".to_owned()).expect("an object");
    let jwt = Jwt { text, header, payload, signature };
    verifier(key).verify_signature(&jwt, TokenClass::Session, 0).map(drop).map_err(token_error)
}

/// Verifies a token with the key of RFC 7515.
fn verify_jwt(jwt: &str) -> Result<(), TokenError> {
    let key = key(&rfc_7515_key()).expect("an RSA key");
    verifier(key)
        .verify(jwt.as_bytes(), TokenClass::SessionOrTemplate)
        .map(drop)
        .map_err(token_error)
}

fn token_error(error: VerifyError) -> TokenError {
    match error {
        VerifyError::Invalid(error) => error,
        VerifyError::KeysPending => panic!("the key is local"),
    }
}

#[test]
fn wycheproof_json_web_signatures() {
    let vectors = json_web::TestSet::load(json_web::TestName::JsonWebSignature).expect("vectors");
    let (mut accepted, mut rejected) = (0, 0);
    for group in vectors.test_groups {
        // Symmetric keys have no public part. They are no keys for us, whatever they contain.
        let jwk = group.public_key.or(group.private_key).expect("a key");
        let is_ours = matches!(jwk["alg"].as_str(), Some("RS256" | "RS384" | "RS512"));
        for test in group.tests {
            let jws = test.jws.expect("a JWS");
            // The JSON serialization of a JWS is not a JWT.
            let text = jws.as_str().map_or_else(|| jws.to_string(), str::to_owned);
            let expected = is_ours && jws.is_string() && !test.result.must_fail();
            assert_eq!(verify_jws(&jwk, &text).is_ok(), expected, "test {}: {text}", test.tc_id);
            *if expected { &mut accepted } else { &mut rejected } += 1;
        }
    }
    assert_eq!((accepted, rejected), (16, 385));
}

#[test]
fn wycheproof_rsa_signatures() {
    let (mut accepted, mut rejected) = (0, 0);
    for name in pkcs1::TestName::all() {
        for group in pkcs1::TestSet::load(name).expect("vectors").test_groups {
            let hash = format!("{:?}", group.hash);
            let algorithm = match hash.as_str() {
                "Sha2_256" => Some(Algorithm::RS256),
                "Sha2_384" => Some(Algorithm::RS384),
                "Sha2_512" => Some(Algorithm::RS512),
                _ => None,
            };
            let keys = ALGORITHMS.map(|algorithm| {
                let modulus = group.key.n.as_ref();
                let zeros = modulus.iter().take_while(|&&byte| byte == 0).count();
                let jwk = json!({
                    "kty": "RSA",
                    "alg": format!("{algorithm:?}"),
                    "n": URL_SAFE_NO_PAD.encode(&modulus[zeros..]),
                    "e": URL_SAFE_NO_PAD.encode(group.key.e.as_ref()),
                });
                (algorithm, key(&jwk).expect("an RSA key"))
            });
            for test in &group.tests {
                for (used, key) in &keys {
                    let is_valid = key.verify(*used, &test.msg, &test.sig).is_ok();
                    let id = (name, test.tc_id, used);
                    if algorithm == Some(*used) {
                        // Accepting an encoding without the NULL of RFC 8017, appendix A.2.4, is
                        // optional.
                        let expected = !test.result.must_fail()
                            && !test.flags.contains(&pkcs1::TestFlag::MissingNull);
                        assert_eq!(is_valid, expected, "{id:?}");
                        *if expected { &mut accepted } else { &mut rejected } += 1;
                    } else if !test.result.must_fail() {
                        assert!(!is_valid, "{id:?}");
                    }
                }
            }
        }
    }
    assert_eq!((accepted, rejected), (89, 3017));
}

/// The key of RFC 7515, appendix A.2.
fn rfc_7515_key() -> Value {
    json!({
        "kty": "RSA",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt\
              0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXn\
              dS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ih\
              lJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        "e": "AQAB",
    })
}

/// The example of RFC 7515, appendix A.2.
fn rfc_7515_rs256() -> String {
    format!(
        "eyJhbGciOiJSUzI1NiJ9.{RFC_CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj\
         5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnby\
         TyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZ\
         ESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlU\
         PQGe77Rw"
    )
}

#[test]
fn rfc_7515_example_has_a_valid_signature_but_no_subject() {
    let example = rfc_7515_rs256();
    assert_eq!(verify_jws(&rfc_7515_key(), &example), Ok(()));
    assert_eq!(verify_jwt(&example), Err(TokenError::InvalidClaim("sub")));

    let tampered = example.replacen(".eyJpc3Mi", ".eyJpc3Mj", 1);
    assert_eq!(verify_jws(&rfc_7515_key(), &tampered), Err(TokenError::InvalidSignature));
    let mut other_algorithm = rfc_7515_key();
    other_algorithm["alg"] = "RS384".into();
    assert_eq!(verify_jws(&other_algorithm, &example), Err(TokenError::AlgorithmMismatch));
}

#[test]
fn rfc_examples_of_other_algorithms_are_rejected() {
    use TokenError::{Malformed, UnsupportedAlgorithm};
    let jws = |header, signature| format!("{header}.{RFC_CLAIMS}.{signature}");
    for (example, jwt, error) in [
        (
            "RFC 7515, appendix A.1, and RFC 7519, section 3.1: HS256",
            jws(
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ),
            UnsupportedAlgorithm,
        ),
        (
            "RFC 7515, appendix A.3: ES256",
            jws(
                "eyJhbGciOiJFUzI1NiJ9",
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            ),
            UnsupportedAlgorithm,
        ),
        (
            "RFC 7515, appendix A.5, and RFC 7519, section 6.1: unsecured",
            jws("eyJhbGciOiJub25lIn0", ""),
            UnsupportedAlgorithm,
        ),
        (
            "RFC 7519, appendix A.1: encrypted",
            "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.QR1Owv2ug2WyPBnbQrRARTeEk9kDO2w8qDcjiHn\
             SJflSdv1iNqhWXaKH4MqAkQtMoNfABIPJaZm0HaA415sv3aeuBWnD8J-Ui7Ah6cWafs3ZwwFKDFUUsWHSK-IPKxLGTk\
             ND09XyjORj_CHAgOPJ-Sd8ONQRnJvWn_hXV1BNMHzUjPyYwEsRhDhzjAD26imasOTsgruobpYGoQcXUwFDn7moXPRfD\
             E8-NoQX7N7ZYMmpUDkR-Cx9obNGwJQ3nM52YCitxoQVPzjbl7WBuB7AohdBoZOdZ24WlN1lVIeh8v1K4krB8xgKvRU8\
             kgFrEn_a1rZgN5TiysnmzTROF869lQ.AxY8DCtDaGlsbGljb3RoZQ.MKOle7UQrG6nSxTLX6Mqwt0orbHvAKeWnDYvp\
             IAeZ72deHxz3roJDXQyhxx0wKaMHDjUEOKIwrtkHthpqEanSBNYHZgmNOV7sln1Eu9g3J8.fiK51VwhsxJ-siBMR-YF\
             iA"
                .into(),
            Malformed,
        ),
    ] {
        assert_eq!(verify_jwt(&jwt), Err(error), "{example}");
    }
    // RFC 7515, appendix A.6: the JSON serialization of a JWS.
    let json = json!({ "payload": RFC_CLAIMS, "signatures": [] });
    assert_eq!(verify_jwt(&json.to_string()), Err(Malformed));
}

#[test]
fn rfc_7515_example_of_an_unknown_critical_header_is_rejected() {
    // Appendix E: `{"alg":"none", "crit":["http://example.com/UNDEFINED"],
    // "http://example.com/UNDEFINED":true}` and the payload `FAIL`.
    let example = "eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0\
                   dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.";
    assert_eq!(verify_jws(&rfc_7515_key(), example), Err(TokenError::Malformed));
}
