//! How answers are printed: JSON as it is, or text for people, made from the same value, so that the two cannot
//! disagree.

use serde_json::{Map, Value, json};
use std::io::Write;
use yinxin_app::error::{Error, Kind};
use yinxin_words::{Lang, say};

/// What a command answers and what the shell is told: 0 done, 1 refused or failed check, 2 wrong usage.
pub struct Answer {
    pub value: Value,
    pub exit: u8,
}

impl Answer {
    pub fn done(value: impl serde::Serialize) -> Self {
        Self::with_exit(value, 0)
    }

    pub fn with_exit(value: impl serde::Serialize, exit: u8) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => Self { value, exit },
            Err(error) => Self { value: json!({ "error": error.to_string() }), exit: 1 },
        }
    }
}

/// A refusal in the form every command uses: `{"error": {"code", "message", "details"}}`.
pub fn refusal(error: &Error, lang: Lang) -> Value {
    let args: Vec<(&str, yinxin_words::Value)> =
        error.details.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let message = say(lang, &format!("error-{}", error.code), &args);
    json!({ "error": { "code": error.code, "message": message, "details": error.details } })
}

/// The same for people: the sentence, the code, and what the details say.
pub fn refusal_text(refusal: &Value) -> String {
    let error = &refusal["error"];
    let mut out = format!("{} [{}]", scalar(&error["message"]), scalar(&error["code"]));
    if let Some(details) = error["details"].as_object().filter(|details| !details.is_empty()) {
        out.push('\n');
        write_object(&mut out, details, 2);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Wrong usage is 2, everything else that was not done is 1.
pub fn exit_code(error: &Error) -> u8 {
    match error.kind {
        Kind::Invalid
            if matches!(
                error.code,
                "usage"
                    | "clock_form"
                    | "copy_format_differs"
                    | "date_form"
                    | "field_form"
                    | "id_form"
                    | "operator_name"
            ) =>
        {
            2
        }
        _ => 1,
    }
}

/// Prints to standard output; a closed pipe is not an error of ours.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
}

/// Text for people.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0);
    out.truncate(out.trim_end().len());
    out
}

fn write_value(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) => write_object(out, map, indent),
        Value::Array(items) if items.iter().all(Value::is_object) => write_table(out, items, indent),
        Value::Array(items) => {
            items.iter().for_each(|item| out.push_str(&format!("{}- {}\n", pad(indent), scalar(item))));
        }
        other => out.push_str(&format!("{}{}\n", pad(indent), scalar(other))),
    }
}

fn write_object(out: &mut String, map: &Map<String, Value>, indent: usize) {
    let widest = map.keys().map(|k| columns(k)).max().unwrap_or(0);
    for (key, value) in map {
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                out.push_str(&format!("{}{key}:\n", pad(indent)));
                write_object(out, inner, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push_str(&format!("{}{key}:\n", pad(indent)));
                write_value(out, value, indent + 2);
            }
            Value::String(text) if text.contains('\n') => {
                out.push_str(&format!("{}{key}:\n", pad(indent)));
                write_lines(out, text, indent + 2);
            }
            _ => {
                let gap = " ".repeat(widest.saturating_sub(columns(key)));
                out.push_str(&format!("{}{key}:{gap} {}\n", pad(indent), scalar(value)));
            }
        }
    }
}

/// Objects of one shape as a table; a long last column is left to run over.
fn write_table(out: &mut String, items: &[Value], indent: usize) {
    let mut keys: Vec<&String> = Vec::new();
    for key in items.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let cell = |item: &Value, key: &String| item.get(key).map(scalar).unwrap_or_default();
    let widths: Vec<usize> = keys
        .iter()
        .map(|key| items.iter().map(|i| columns(&cell(i, key))).chain([columns(key)]).max().unwrap_or(0))
        .collect();
    let mut line = |cells: Vec<String>| {
        let mut text = pad(indent);
        for (cell, width) in cells.iter().zip(&widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(width.saturating_sub(columns(cell)) + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(keys.iter().map(|k| (*k).clone()).collect());
    for item in items {
        line(keys.iter().map(|key| cell(item, key)).collect());
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::String(text) => printable(text),
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(", "),
        Value::Object(map) if map.is_empty() => "–".into(),
        Value::Object(map) => {
            map.iter().map(|(k, v)| format!("{k}={}", scalar(v))).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// On one line: control characters would let data rewrite the terminal, and a line break forge a line of ours.
pub fn printable(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    text.chars().map(harmless).collect()
}

/// Text of several lines stands below its name, each line behind a bar.
fn write_lines(out: &mut String, text: &str, indent: usize) {
    for line in text.lines() {
        out.push_str(&format!("{}| {}\n", pad(indent), printable(line)));
    }
}

fn pad(indent: usize) -> String {
    " ".repeat(indent)
}

/// Columns on a terminal: East Asian wide characters take two.
fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
