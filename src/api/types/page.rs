//! Pages of lists.

use std::{fmt, marker::PhantomData, vec};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

/// A page of a list, and the length of the whole list.
///
/// Clerk sends some lists as `{"data": […], "total_count": 3}` and others as a bare array. Both are
/// supported; for a bare array, the total is the number of its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items of the page.
    pub data: Vec<T>,
    /// The number of items on all pages.
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

/// A page whose total may be unknown.
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
        f.write_str("an array, or an object with an array `data`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<PartialPage<T>, A::Error> {
        let data = Vec::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(PartialPage { data, total_count: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<PartialPage<T>, A::Error> {
        #[derive(Deserialize)]
        struct Fields<T> {
            // The list of machine-to-machine tokens uses this name instead.
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
    fn page_accepts_an_array_or_an_object() {
        let page: Page<u8> = serde_json::from_str("[1, 2]").unwrap();
        assert_eq!(page, Page { data: vec![1, 2], total_count: 2 });
        let page: Page<u8> =
            serde_json::from_str(r#"{"total_count": 9, "data": [1, 2], "more": true}"#).unwrap();
        assert_eq!(page, Page { data: vec![1, 2], total_count: 9 });
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[1,2],"total_count":9}"#);
    }
}
