extension JSONValue {
    /// The value's one canonical text (RFC 8785): no white space, keys sorted by UTF-16 code units, shortest numbers.
    ///
    /// One difference: RFC 8785 knows doubles only, and here integers beyond ±2^53 are written as they are, digit by
    /// digit, so that they read back as the same value. A reader that holds numbers as doubles rounds them; documents
    /// meant for others keep such numbers in strings. A double that is not finite, which no parsing yields, is written
    /// as `null`.
    public var canonical: [UInt8] {
        var output: [UInt8] = []
        self.write(to: &output)
        return output
    }

    /// ``canonical`` as a string.
    public var canonicalText: String { String(decoding: self.canonical, as: UTF8.self) }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .double(let value): output.append(contentsOf: NumberText.of(value).utf8)
        case .string(let value): Self.appendQuoted(value, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            let sorted = members.sorted { UTF16Order.precedes($0.key, $1.key) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.appendQuoted(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a string in quotes with the fewest escapes (RFC 8785 §3.2.2.2).
    public static func appendQuoted(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        let bytes = text.utf8.span
        let raw = unsafe bytes.bytes
        var index = 0
        while true {
            let plain = index
            index = PlainText.end(in: raw, from: index)
            if index > plain {
                unsafe bytes.extracting(plain..<index).withUnsafeBufferPointer {
                    unsafe output.append(contentsOf: $0)
                }
            }
            guard index < bytes.count else { break }
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0C: output.append(contentsOf: "\\f".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: "\\u00".utf8)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
