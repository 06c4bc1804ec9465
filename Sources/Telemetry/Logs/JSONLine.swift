/// A line of JSON under construction: one flat object whose values are text.
///
/// Whatever the text holds, the line stays one line for a terminal, a file and a log shipper. Every control
/// character is escaped (also the C1 set with NEL, which some readers take as a line's end), U+2028 and U+2029, and
/// the marks that reorder text on a screen (Unicode TR 36, bidirectional text spoofing). ASVS 5.0, 16.4.1.
struct JSONLine {
    /// Bytes of one value that are written; the rest is cut, so that one field cannot fill a disk.
    static let maximumValueBytes = 8_192

    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    init() {
        self.bytes.reserveCapacity(256)
    }

    /// Adds a field. The caller sees to it that no key comes twice.
    mutating func field(_ key: String, _ value: String) {
        self.key(key)
        self.quoted(value)
    }

    /// Adds the time of the line.
    mutating func time(_ key: String, milliseconds: Int64) {
        self.key(key)
        self.bytes.append(UInt8(ascii: "\""))
        RFC3339.append(milliseconds: milliseconds, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// The whole line, with the one line feed that it has.
    consuming func finished() -> [UInt8] {
        self.bytes.append(UInt8(ascii: "}"))
        self.bytes.append(UInt8(ascii: "\n"))
        return self.bytes
    }

    private mutating func key(_ key: String) {
        if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
        self.quoted(key)
        self.bytes.append(UInt8(ascii: ":"))
    }

    private mutating func quoted(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        let start = self.bytes.count
        for scalar in text.unicodeScalars {
            guard self.bytes.count - start < Self.maximumValueBytes else {
                self.bytes.append(contentsOf: " [cut]".utf8)
                break
            }
            self.append(scalar)
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22, 0x5C:  // quotation mark, backslash
            self.bytes.append(UInt8(ascii: "\\"))
            self.bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        case 0x0A:
            self.bytes.append(contentsOf: "\\n".utf8)
        case 0x0D:
            self.bytes.append(contentsOf: "\\r".utf8)
        case 0x09:
            self.bytes.append(contentsOf: "\\t".utf8)
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
            self.escape(scalar.value)
        default:
            self.bytes.append(contentsOf: UTF8.encode(scalar)!)
        }
    }

    private mutating func escape(_ value: UInt32) {
        self.bytes.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(value >> shift & 0xF)
            self.bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
