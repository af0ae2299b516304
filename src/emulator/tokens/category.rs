//! The classes of tokens: the values of the `cat` field of a JOSE header.

pub(in crate::emulator) const SESSION_TOKEN: &str = "cl_B7d4PD111AAA";
pub(in crate::emulator) const TEMPLATE_TOKEN: &str = "cl_B7d4PD222AAA";
pub(in crate::emulator) const M2M_TOKEN: &str = "cl_B7d4PD333AAA";
