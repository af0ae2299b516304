#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    axum_clerk_fuzz::cookies(input);
});
