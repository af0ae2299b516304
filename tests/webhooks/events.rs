//! Events as Clerk's description declares them. The samples are drawn from the document, which is
//! not part of the repository.

use std::{collections::BTreeSet, env, path::Path, process::Command};

use axum_clerk::webhooks::{EventData, WebhookEvent};
use serde_json::Value;

use crate::support::{report_missing, run};

/// Runs `tests/webhooks/contract.py` with Clerk's description of its webhooks: in the folder
/// `CLERK_OPENAPI`, or where `tests/fetch-openapi` finds or puts it.
fn contract(argument: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = match env::var_os("CLERK_OPENAPI") {
        Some(folder) => vec![folder.into()],
        None => vec![root.join("../shared/openapi"), root.join("target/openapi")],
    };
    let mut documents = folders.iter().map(|folder| folder.join("webhooks-2025-04-15.yml"));
    let Some(document) = documents.find(|document| document.is_file()) else {
        report_missing("webhooks-2025-04-15.yml is missing: run tests/fetch-openapi");
        return None;
    };
    let script = root.join("tests/webhooks/contract.py");
    run(Command::new("python3").arg(script).arg(document).arg(argument))
}

/// Returns an example and a sample of each type of event.
fn samples() -> Option<Vec<(Value, Value)>> {
    let lines = contract("--samples")?;
    let events = lines.lines().map(|line| {
        let mut events: Value = serde_json::from_str(line).unwrap();
        (events["example"].take(), events["sample"].take())
    });
    Some(events.collect())
}

#[test]
fn every_declared_event_is_typed_and_serializes_back() {
    let Some(samples) = samples() else { return };
    let declared: BTreeSet<_> =
        samples.iter().map(|(_, sample)| sample["type"].as_str().unwrap()).collect();
    let typed: BTreeSet<_> = EventData::TYPES.iter().copied().collect();
    assert_eq!(declared, typed);
    assert_eq!(typed.len(), 45);

    let mut differences = Vec::new();
    for (example, sample) in &samples {
        let event: WebhookEvent = serde_json::from_value(example.clone()).unwrap();
        assert_eq!(event.event_type(), sample["type"]);
        assert_eq!(&serde_json::to_value(&event).unwrap(), example);

        let event: WebhookEvent = serde_json::from_value(sample.clone()).unwrap();
        assert_eq!(event.event_type(), sample["type"]);
        assert_eq!(event.instance_id(), sample["instance_id"].as_str());
        assert!(event.timestamp().is_some());
        assert_eq!(
            serde_json::to_value(event.event_attributes()).unwrap(),
            sample["event_attributes"]
        );
        assert_eq!(&serde_json::to_value(&event).unwrap(), sample);
        // The typed data has all fields too.
        let data = serde_json::to_value(event.data()).unwrap();
        compare(event.event_type(), &data, &sample["data"], &mut differences);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Compares typed data with the sample that it was parsed from. A missing field counts as `null`,
/// and the object types that a model fixes may be missing in a sample.
fn compare(path: &str, typed: &Value, sample: &Value, differences: &mut Vec<String>) {
    match (typed, sample) {
        (Value::Object(typed), Value::Object(sample)) => {
            for (name, value) in sample.iter().filter(|(_, value)| !value.is_null()) {
                match typed.get(name) {
                    Some(typed) => {
                        compare(&format!("{path}.{name}"), typed, value, differences);
                    }
                    None => differences.push(format!("{path}.{name} is lost")),
                }
            }
        }
        (Value::Array(typed), Value::Array(sample)) if typed.len() == sample.len() => {
            for (n, (typed, sample)) in typed.iter().zip(sample).enumerate() {
                compare(&format!("{path}[{n}]"), typed, sample, differences);
            }
        }
        // A float of the model may be an integer in the sample.
        (Value::Number(typed), Value::Number(sample)) if typed.as_f64() == sample.as_f64() => {}
        _ if typed == sample || path.ends_with(".object") => {}
        _ => differences.push(format!("{path}: {typed} instead of {sample}")),
    }
}
