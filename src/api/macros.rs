//! The macros that define the types of the resources: models, parameters and open enums.

/// Defines a model, which Clerk sends.
///
/// Only the first field is required. All others may be missing or `null` and then have their type's
/// default, because Clerk's API description does not always say correctly which fields may be
/// missing.
macro_rules! model {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(#[$first_meta:meta])*
            pub $first:ident: $first_type:ty,
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
        $(#[$meta])*
        #[non_exhaustive]
        pub struct $name {
            $(#[$first_meta])*
            pub $first: $first_type,
            $(
                $(#[$field_meta])*
                #[serde(
                    default,
                    deserialize_with = "crate::api::types::field_serde::null_as_default"
                )]
                pub $field: $type,
            )*
        }
    };
}

/// Defines parameters, which are sent as a query or a body.
///
/// Required fields are in parentheses and become the arguments of `new`; if there are none, the
/// struct implements `Default`. Optional fields are in braces: each becomes an `Option`, which is
/// omitted if `None`, with a setter of the same name. `[T]` is a list of `T`; a `Patch<T>` can be
/// cleared with `null`. Parameters that are also part of models have
/// `#[derive(serde::Deserialize)]`.
///
/// ```text
/// params! {
///     /// A new widget.
///     pub struct CreateWidget(
///         /// Its name.
///         name: String,
///     ) {
///         /// Its tags.
///         tags: [String],
///     }
/// }
/// CreateWidget::new("sprocket").tags(["round", "toothed"]);
/// ```
macro_rules! params {
    (
        $(#[doc = $doc:literal])*
        $(#[derive($derive:path)])?
        pub struct $name:ident { $($optional:tt)* }
    ) => {
        params! { @struct [#[derive(Default, $($derive)?)]] [$($doc)*] $name {} $($optional)* }
    };
    (
        $(#[doc = $doc:literal])*
        $(#[derive($derive:path)])?
        pub struct $name:ident (
            $($(#[doc = $required_doc:literal])* $required:ident: $type:tt $(<$inner:tt>)?,)+
        ) { $($optional:tt)* }
    ) => {
        params! {
            @struct [#[derive($($derive)?)]] [$($doc)*] $name {
                $([$($required_doc)*] $required: $type $(<$inner>)?,)+
            }
            $($optional)*
        }
        params! { @new $name { $($required: $type $(<$inner>)?,)+ } $($optional)* }
    };
    (
        @struct [$($derive:tt)*] [$($doc:literal)*] $name:ident {
            $(
                [$($required_doc:literal)*]
                $required:ident: $required_type:tt $(<$required_inner:tt>)?,
            )*
        }
        $(
            $(#[doc = $field_doc:literal])*
            $(#[serde($($serde:tt)+)])?
            $field:ident: $type:tt $(<$inner:tt>)?,
        )*
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        $($derive)*
        pub struct $name {
            $(
                $(#[doc = $required_doc])*
                pub $required: param!(type $required_type $(<$required_inner>)?),
            )*
            $(
                $(#[doc = $field_doc])*
                #[serde(
                    skip_serializing_if = "crate::api::types::field_serde::is_default"
                    $(, $($serde)+)?
                )]
                pub $field: param!(optional $type $(<$inner>)?),
            )*
        }

        impl $name {
            $(
                #[doc = concat!(" Sets `", stringify!($field), "`.")]
                #[doc = ""]
                $(#[doc = $field_doc])*
                #[must_use]
                pub fn $field(mut self, $field: param!(argument $type $(<$inner>)?)) -> Self {
                    let value: param!(type $type $(<$inner>)?) =
                        param!(value $field $type $(<$inner>)?);
                    self.$field = value.into();
                    self
                }
            )*
        }
    };
    (
        @new $name:ident { $($required:ident: $type:tt $(<$inner:tt>)?,)+ }
        $($(#[$($meta:tt)*])* $field:ident: $field_type:tt $(<$field_inner:tt>)?,)*
    ) => {
        impl $name {
            /// Creates the parameters with the required fields; optional fields are unset.
            #[must_use]
            pub fn new($($required: param!(argument $type $(<$inner>)?)),+) -> Self {
                Self {
                    $($required: param!(value $required $type $(<$inner>)?),)+
                    $($field: Default::default(),)*
                }
            }
        }
    };
}

/// Maps a type in [`params!`] to the type of a field, of an optional field, or of an argument, and
/// converts an argument into the field's value.
macro_rules! param {
    (type [$item:ty]) => { Vec<$item> };
    (type Patch<[$item:ty]>) => { Patch<Vec<$item>> };
    (type $type:ty) => { $type };

    (optional Patch<$type:tt>) => { param!(type Patch<$type>) };
    (optional $($type:tt)+) => { Option<param!(type $($type)+)> };

    // Numbers and booleans are passed unchanged: with `impl Into`, the type of a literal would be
    // ambiguous.
    (argument bool) => { bool };
    (argument u32) => { u32 };
    (argument u64) => { u64 };
    (argument i64) => { i64 };
    (argument f64) => { f64 };
    (argument [$item:ty]) => { impl IntoIterator<Item = impl Into<$item>> };
    (argument Patch<[$item:ty]>) => { impl Into<Patch<Vec<$item>>> };
    (argument $type:ty) => { impl Into<$type> };

    (value $value:ident bool) => { $value };
    (value $value:ident u32) => { $value };
    (value $value:ident u64) => { $value };
    (value $value:ident i64) => { $value };
    (value $value:ident f64) => { $value };
    (value $value:ident [$item:ty]) => { $value.into_iter().map(Into::into).collect() };
    (value $value:ident $type:ty) => { $value.into() };
}

/// Defines an enum to which Clerk may add values: unknown values are kept in `Other`.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $value, "`")]
                $(#[doc = ""] #[$variant_meta])*
                $variant,
            )+
            /// A value that this version of the crate does not know.
            Other(String),
        }

        impl $name {
            /// Returns the value as Clerk writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Other(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl Default for $name {
            /// Returns an empty `Other`, which stands for a missing value.
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(Self::from(&*value))
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macros define public items")]
mod tests {
    use serde_json::json;

    use crate::{
        api::types::{Metadata, Patch},
        timestamp::Timestamp,
    };

    params! {
        /// Parameters of every kind.
        pub struct AllKinds(
            /// A required string.
            name: String,
            /// A required number.
            amount: u64,
            /// A required list.
            ids: [String],
        ) {
            /// A list.
            tags: [String],
            /// A string that can be cleared.
            note: Patch<String>,
            /// A number that can be cleared.
            limit: Patch<u32>,
            /// A list that can be cleared.
            scopes: Patch<[String]>,
            /// Another type.
            metadata: Metadata,
            /// A time formatted as a string.
            #[serde(serialize_with = "crate::api::types::field_serde::rfc3339")]
            at: Timestamp,
        }
    }

    #[test]
    fn optional_parameters_are_sent_only_if_set() {
        let minimal = AllKinds::new("n", 1, ["i"]);
        assert_eq!(
            serde_json::to_value(&minimal).unwrap(),
            json!({ "name": "n", "amount": 1, "ids": ["i"] })
        );

        let full = minimal
            .tags(Vec::<String>::new())
            .note(None)
            .limit(3)
            .scopes(vec!["s".to_owned()])
            .metadata(json!({ "a": null }))
            .at(std::time::UNIX_EPOCH);
        assert_eq!(
            serde_json::to_value(&full).unwrap(),
            json!({
                "name": "n", "amount": 1, "ids": ["i"],
                "tags": [], "note": null, "limit": 3, "scopes": ["s"], "metadata": { "a": null },
                "at": "1970-01-01T00:00:00Z",
            })
        );
    }

    #[test]
    fn unknown_enum_values_round_trip() {
        open_enum! {
            /// A color.
            pub enum Color {
                Red = "red",
            }
        }
        let colors: Vec<Color> = serde_json::from_value(json!(["red", "infrared"])).unwrap();
        assert_eq!(colors, [Color::Red, Color::Other("infrared".into())]);
        assert_eq!(serde_json::to_value(&colors).unwrap(), json!(["red", "infrared"]));
    }
}
