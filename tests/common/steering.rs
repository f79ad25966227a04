//! Steering a simulated AWS: its time, what goes wrong in it, and what arrived there.

use serde_json::{Value, json};

use super::common::{World, run};

impl World {
    /// The calls of one operation of AWS, oldest first.
    pub(crate) fn calls(&self, action: &str) -> Vec<Value> {
        let mut calls = self.requests();
        calls.retain(|call| call["action"] == action);
        calls
    }

    /// Steers the world: `faults`, `advance`, `fail`.
    pub(crate) fn control(&self, endpoint: &str, body: &Value) {
        let url = format!("{}/_sandbox/{endpoint}", self.url());
        let answer = run(async {
            let client = reqwest::Client::new();
            client.post(url).json(body).send().await?.error_for_status()
        });
        answer.expect("the control endpoint takes it");
    }

    /// Makes the next `times` calls of an operation go wrong.
    pub(crate) fn fault(&self, action: &str, kind: &str, times: u64) {
        let mut fault = json!({ "service": "*", "action": action, "times": times, "kind": kind });
        if kind == "delay_ms" {
            fault["ms"] = json!(300);
        }
        self.control("faults", &fault);
    }
}
