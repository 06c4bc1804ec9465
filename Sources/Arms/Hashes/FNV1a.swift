/// FNV-1a in 32 bits (Fowler, Noll and Vo; RFC 9923), over the UTF-16 code units of a text, each taken whole.
///
/// So does the JavaScript that defines GrowthBook's buckets. For ASCII it is the hash of the bytes; for other letters
/// it is not, and neither are the buckets of SDKs that hash bytes.
enum FNV1a {
    static func hash(_ text: String) -> UInt32 {
        text.utf16.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
