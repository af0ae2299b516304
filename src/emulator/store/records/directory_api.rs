//! The two sets of endpoints for directories.

/// The names of directories in the API, which has two sets of endpoints for them.
pub(in crate::emulator) struct DirectoryApi {
    /// The path of the list.
    pub(in crate::emulator) list: &'static str,
    /// The object type of a directory.
    pub(in crate::emulator) object: &'static str,
    /// The object type of a mapping from a group to a role.
    pub(in crate::emulator) mapping_object: &'static str,
}

pub(in crate::emulator) static DIRECTORIES: DirectoryApi = DirectoryApi {
    list: "directories",
    object: "directory",
    mapping_object: "directory_group_role_mapping",
};

pub(in crate::emulator) static SCIM_DIRECTORIES: DirectoryApi = DirectoryApi {
    list: "scim_directories",
    object: "scim_directory",
    mapping_object: "scim_group_role_mapping",
};
