//! What can be found, with its words taken apart once.

use std::collections::HashMap;

use super::words::{Query, Word, plain, stem, tokens};

/// What a match in each field of an entry is worth: path, name, namespace, description.
const WEIGHTS: [u32; 4] = [12, 10, 8, 5];

/// Entries and the words in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Every word once, with its stem.
    vocabulary: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Entry {
    path: String,
    fields: [Field; 4],
}

#[derive(Clone, Debug)]
struct Field {
    text: String,
    /// Places in the vocabulary, in the order of the text.
    words: Vec<u32>,
}

impl Index {
    /// Of entries that are path, name, namespace and description.
    pub(crate) fn new<'e>(entries: impl Iterator<Item = [&'e str; 4]>) -> Self {
        let mut places: HashMap<String, u32> = HashMap::new();
        let mut vocabulary = Vec::new();
        let entries = entries.map(|fields| Entry {
            path: fields[0].to_owned(),
            fields: fields.map(|text| {
                let text = plain(text);
                let words = tokens(&text).map(|token| {
                    if let Some(place) = places.get(token) {
                        return *place;
                    }
                    let place = u32::try_from(vocabulary.len()).unwrap_or(u32::MAX);
                    places.insert(token.to_owned(), place);
                    vocabulary.push((token.to_owned(), stem(token)));
                    place
                });
                Field {
                    words: words.collect(),
                    text,
                }
            }),
        });
        Self {
            entries: entries.collect(),
            vocabulary,
        }
    }

    /// Whether anything fits the word at all.
    pub(super) fn holds(&self, word: &Word) -> bool {
        let mut known = self.vocabulary.iter();
        known.any(|(known, stem)| word.factor(known, stem) > 0)
    }

    /// What fits, with its place, its path and how well it does.
    pub(super) fn search(&self, query: &Query) -> impl Iterator<Item = (usize, &str, u32)> {
        let factors: Vec<Vec<u8>> = query
            .words
            .iter()
            .map(|word| {
                let known = self.vocabulary.iter();
                known
                    .map(|(known, stem)| word.factor(known, stem))
                    .collect()
            })
            .collect();
        let entries = self.entries.iter().enumerate();
        entries.filter_map(move |(place, entry)| {
            Some((place, entry.path.as_str(), entry.score(query, &factors)?))
        })
    }
}

impl Entry {
    fn score(&self, query: &Query, factors: &[Vec<u8>]) -> Option<u32> {
        let all = query.words.len();
        let mut score = 0;
        let mut found = 0;
        for factors in factors {
            let mut is_found = false;
            for (field, weight) in self.fields.iter().zip(WEIGHTS) {
                let factor = field
                    .words
                    .iter()
                    .filter_map(|word| factors.get(*word as usize));
                let factor = factor.copied().max().unwrap_or(0);
                is_found |= factor > 0;
                score += u32::from(factor) * weight;
            }
            found += usize::from(is_found);
        }
        if found == 0 {
            return None;
        }
        let mut has_phrase = false;
        for (field, weight) in self.fields.iter().zip(WEIGHTS) {
            let factor = phrase_factor(&query.phrase, &field.text);
            has_phrase |= factor > 0;
            score += factor * weight;
        }
        let enough = if all <= 2 { all } else { (all * 3).div_ceil(5) };
        if found < enough && !has_phrase {
            return None;
        }
        score += match found == all {
            true => 25,
            false => (found as f64 / all as f64 * 10.0).round() as u32,
        };
        let [path, method, ..] = &self.fields;
        let first = factors.first();
        let begins = |field: &Field| {
            let word = field
                .words
                .first()
                .and_then(|word| first?.get(*word as usize));
            word == Some(&4)
        };
        if begins(path) || begins(method) {
            score += 8;
        }
        if [path, method]
            .iter()
            .any(|field| field.text == query.phrase)
        {
            score += 20;
        }
        Some(score)
    }
}

fn phrase_factor(phrase: &str, field: &str) -> u32 {
    if field == phrase {
        14
    } else if field.starts_with(phrase) {
        9
    } else if field.contains(phrase) {
        6
    } else {
        0
    }
}
