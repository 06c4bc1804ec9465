/// The parameters behind a path's question mark, read strictly: each is known to the endpoint and stands once.
struct Query: Hashable, Sendable {
    private var values: [QueryParameter: String] = [:]

    init() {}

    init(_ text: String?, allowing known: [QueryParameter]) throws(Problem) {
        for pair in (text ?? "").split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else {
                throw .invalidParameter(String(parts[0]), "percent-encoded UTF-8")
            }
            guard let parameter = QueryParameter(rawValue: name), known.contains(parameter) else {
                throw .unknownParameter(name, known: known.map(\.rawValue))
            }
            guard self.values.updateValue(value, forKey: parameter) == nil else {
                throw .invalidParameter(name, "given once")
            }
        }
    }

    subscript(_ parameter: QueryParameter) -> String? { self.values[parameter] }

    /// A whole number within `range`; nil if the parameter is not there.
    func integer(_ parameter: QueryParameter, in range: ClosedRange<UInt64>) throws(Problem) -> UInt64? {
        guard let text = self[parameter] else { return nil }
        guard let value = UInt64(text), range.contains(value) else {
            throw .invalidParameter(
                parameter.rawValue, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// How many items a page has.
    func limit() throws(Problem) -> Int {
        Int(try self.integer(.limit, in: 1...200) ?? 50)
    }

    /// `true`, `false`, or not there, which is false.
    func flag(_ parameter: QueryParameter) throws(Problem) -> Bool {
        switch self[parameter] {
        case nil, "false": return false
        case "true": return true
        case _?: throw .invalidParameter(parameter.rawValue, "true or false")
        }
    }
}

/// Percent-encoding of URIs (RFC 3986 §2.1).
enum PercentEncoding {
    /// The text that is meant; nil if it is not well-formed or not UTF-8.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Self.digit), let low = rest.popFirst().flatMap(Self.digit)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
