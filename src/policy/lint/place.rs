//! Where in the text the findings are.

use std::collections::BTreeMap;

use super::Finding;
use super::table::Lint;
use crate::json::{self, push_pointer};
use crate::sorted::sorted;

/// The findings in the order of the document, each with its line and column.
pub(super) fn in_order(text: &str, findings: Vec<(Lint, Finding)>) -> Vec<Finding> {
    let mut offsets: BTreeMap<String, usize> =
        findings.iter().map(|(_, finding)| (finding.pointer.clone(), 0)).collect();
    let mut scan = Scan { text, at: 0, pointer: String::new(), offsets: &mut offsets };
    scan.skip_space();
    scan.value(scan.at);
    let keyed = findings.iter().enumerate().map(|(index, (lint, finding))| {
        let offset = offsets.get(&finding.pointer).copied().unwrap_or_default();
        (offset, *lint, index)
    });
    let order = sorted(keyed.collect());
    let mut findings: Vec<Option<Finding>> =
        findings.into_iter().map(|(_, finding)| Some(finding)).collect();
    let mut placed = Vec::with_capacity(order.len());
    let (mut line, mut start, mut seen) = (1, 0, 0);
    for (offset, _, index) in order {
        for (at, byte) in text.bytes().enumerate().take(offset).skip(seen) {
            if byte == b'\n' {
                (line, start) = (line + 1, at + 1);
            }
        }
        seen = offset;
        if let Some(finding) = findings.get_mut(index).and_then(Option::take) {
            placed.push(Finding { line: Some(line), column: Some(offset - start + 1), ..finding });
        }
    }
    placed
}

/// The line and column of the value at a pointer, or of the nearest one around it that is there. The
/// text is known to be JSON.
pub(super) fn of(text: &str, pointer: &str) -> (usize, usize) {
    let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
    let around =
        ends.filter_map(|end| pointer.get(..end)).map(|part| (part.to_owned(), usize::MAX));
    let mut offsets: BTreeMap<String, usize> = around.collect();
    let mut scan = Scan { text, at: 0, pointer: String::new(), offsets: &mut offsets };
    scan.skip_space();
    scan.value(scan.at);
    // In this order the longer one comes last, and each begins with the one before.
    let offset = offsets.values().rev().copied().find(|offset| *offset != usize::MAX);
    let before = text.as_bytes().get(..offset.unwrap_or_default()).unwrap_or_default();
    let (mut line, mut column) = (1, 1);
    for byte in before {
        (line, column) = if *byte == b'\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    (line, column)
}

/// Goes through a text that is known to be JSON, and notes where the values of interest stand.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// The way here.
    pointer: String,
    offsets: &'t mut BTreeMap<String, usize>,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    }

    /// Goes past a value that is said to stand at `place`.
    fn value(&mut self, place: usize) {
        if let Some(offset) = self.offsets.get_mut(&self.pointer) {
            *offset = place;
        }
        match self.peek() {
            Some(b'{') => self.members(true),
            Some(b'[') => self.members(false),
            Some(b'"') => self.string(),
            _ => self.skip(|byte| !matches!(byte, b',' | b'}' | b']')),
        }
    }

    /// Goes past all members of an object, or all items of an array.
    fn members(&mut self, is_object: bool) {
        let length = self.pointer.len();
        let mut index = 0_usize;
        loop {
            // Past the bracket or the comma.
            self.at += 1;
            self.skip_space();
            if matches!(self.peek(), None | Some(b'}' | b']')) {
                break;
            }
            let place = self.at;
            if is_object {
                self.string();
                let name = self.text.as_bytes().get(place..self.at).unwrap_or_default();
                let name = json::parse(name, 0).ok();
                let name = name.as_ref().and_then(json::Json::as_str);
                push_pointer(&mut self.pointer, name.unwrap_or_default());
                self.skip(|byte| byte != b':');
                self.at += 1;
                self.skip_space();
            } else {
                push_pointer(&mut self.pointer, &index.to_string());
                index += 1;
            }
            self.value(place);
            self.pointer.truncate(length);
            self.skip_space();
            if self.peek() != Some(b',') {
                break;
            }
        }
        self.at += 1;
    }

    fn string(&mut self) {
        self.at += 1;
        loop {
            self.skip(|byte| !matches!(byte, b'"' | b'\\'));
            match self.peek() {
                Some(b'\\') => self.at += 2,
                _ => break,
            }
        }
        self.at += 1;
    }
}
