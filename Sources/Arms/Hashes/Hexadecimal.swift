/// Base 16 in lower case (RFC 4648 §8): how a revealed seed and a lottery's numbers are written.
enum Hexadecimal {
    private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

    /// The text of `bytes`: two small letters or digits each.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The bytes that `text` stands for, or nil where it has capitals, other letters or an odd length.
    static func decode(_ text: String) -> [UInt8]? {
        let values = text.utf8.compactMap { Self.digits.firstIndex(of: $0) }
        guard values.count == text.utf8.count, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
