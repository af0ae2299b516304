//! Pages of lists.

use std::{fmt, marker::PhantomData, vec};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

/// A part of a list, and how long the list is.
///
/// Clerk sends some lists as `{"data": […], "total_count": 3}` and others as a bare array. Both are
/// understood; of a bare array the total is the number of items in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub data: Vec<T>,
    /// How many items there are on all pages.
    pub total_count: u64,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let PartialPage { data, total_count } = PartialPage::deserialize(deserializer)?;
        Ok(Self { total_count: total_count.unwrap_or(data.len() as u64), data })
    }
}

/// A part of a list, as it was sent.
pub(in crate::api) struct PartialPage<T> {
    pub(in crate::api) data: Vec<T>,
    pub(in crate::api) total_count: Option<u64>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PartialPage<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ArrayOrObject(PhantomData))
    }
}

struct ArrayOrObject<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ArrayOrObject<T> {
    type Value = PartialPage<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array, or an object with the array `data`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<PartialPage<T>, A::Error> {
        let data = Vec::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(PartialPage { data, total_count: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<PartialPage<T>, A::Error> {
        #[derive(Deserialize)]
        struct Fields<T> {
            // The list of M2M tokens has a name of its own for them.
            #[serde(alias = "m2m_tokens")]
            data: Vec<T>,
            total_count: Option<u64>,
        }
        let Fields { data, total_count } = Fields::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(PartialPage { data, total_count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_array_and_an_object_are_both_a_page() {
        let page: Page<u8> = serde_json::from_str("[1, 2]").unwrap();
        assert_eq!(page, Page { data: vec![1, 2], total_count: 2 });
        let page: Page<u8> =
            serde_json::from_str(r#"{"total_count": 9, "data": [1, 2], "more": true}"#).unwrap();
        assert_eq!(page, Page { data: vec![1, 2], total_count: 9 });
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[1,2],"total_count":9}"#);
    }
}
