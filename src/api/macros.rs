//! The three shapes that the resources are made of: models, parameters and open enums.

/// A model: what Clerk sends.
///
/// The first field is what the object cannot be without. Every other one tolerates absence and `null`, which
/// give the type's default: Clerk's description of its API is not always right about what may be missing.
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
                #[serde(default, deserialize_with = "crate::api::types::field_serde::null_as_default")]
                pub $field: $type,
            )*
        }
    };
}

/// Parameters: what a call sends, as a query or as a body.
///
/// The required ones stand in parentheses and become the arguments of `new`; without any there is `Default`.
/// The optional ones stand in braces: each becomes an `Option`, left out while it is `None`, with a setter of
/// its name. `[T]` is a list of `T`; `Patch<T>` may be cleared with `null`. `#[derive(serde::Deserialize)]` is
/// for what models contain as well.
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
            $([$($required_doc:literal)*] $required:ident: $required_type:tt $(<$required_inner:tt>)?,)*
        }
        $($(#[doc = $field_doc:literal])* $(#[serde($($serde:tt)+)])? $field:ident: $type:tt $(<$inner:tt>)?,)*
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        $($derive)*
        pub struct $name {
            $($(#[doc = $required_doc])* pub $required: param!(type $required_type $(<$required_inner>)?),)*
            $(
                $(#[doc = $field_doc])*
                #[serde(skip_serializing_if = "crate::api::types::field_serde::is_default" $(, $($serde)+)?)]
                pub $field: param!(optional $type $(<$inner>)?),
            )*
        }

        impl $name {
            $(
                $(#[doc = $field_doc])*
                #[must_use]
                pub fn $field(mut self, $field: param!(argument $type $(<$inner>)?)) -> Self {
                    let value: param!(type $type $(<$inner>)?) = param!(value $field $type $(<$inner>)?);
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
            /// With what is required; the rest is left out until it is set.
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

/// What one type in [`params!`] means as a field, as an optional field, as an argument, and from the
/// argument.
macro_rules! param {
    (type [$item:ty]) => { Vec<$item> };
    (type Patch<[$item:ty]>) => { Patch<Vec<$item>> };
    (type $type:ty) => { $type };

    (optional Patch<$type:tt>) => { param!(type Patch<$type>) };
    (optional $($type:tt)+) => { Option<param!(type $($type)+)> };

    // Numbers and booleans as they are: a literal has no type yet that `Into` could start from.
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

/// An enum whose values Clerk may add to: an unknown one is kept in `Other`.
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
            /// The value as Clerk writes it.
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
            /// What a value that Clerk left out becomes: `Other`, and empty.
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
                <std::borrow::Cow<'de, str>>::deserialize(deserializer).map(|value| Self::from(&*value))
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "what the macros define is public")]
mod tests {
    use serde_json::json;

    use crate::{
        api::types::{Metadata, Patch},
        timestamp::Timestamp,
    };

    params! {
        /// Parameters of every form.
        pub struct Everything(
            /// A required text.
            name: String,
            /// A required number.
            amount: u64,
            /// A required list.
            ids: [String],
        ) {
            /// A list.
            tags: [String],
            /// A text that may be cleared.
            note: Patch<String>,
            /// A number that may be cleared.
            limit: Patch<u32>,
            /// A list that may be cleared.
            scopes: Patch<[String]>,
            /// Something else.
            metadata: Metadata,
            /// A time as text.
            #[serde(serialize_with = "crate::api::types::field_serde::rfc3339")]
            at: Timestamp,
        }
    }

    #[test]
    fn what_is_required_is_always_sent_and_what_is_optional_only_when_set() {
        let least = Everything::new("n", 1, ["i"]);
        assert_eq!(
            serde_json::to_value(&least).unwrap(),
            json!({ "name": "n", "amount": 1, "ids": ["i"] })
        );

        let most = least
            .tags(Vec::<String>::new())
            .note(None)
            .limit(3)
            .scopes(vec!["s".to_owned()])
            .metadata(json!({ "a": null }))
            .at(std::time::UNIX_EPOCH);
        assert_eq!(
            serde_json::to_value(&most).unwrap(),
            json!({
                "name": "n", "amount": 1, "ids": ["i"],
                "tags": [], "note": null, "limit": 3, "scopes": ["s"], "metadata": { "a": null },
                "at": "1970-01-01T00:00:00Z",
            })
        );
    }

    #[test]
    fn an_unknown_value_of_an_enum_survives() {
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
