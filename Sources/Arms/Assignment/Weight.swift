/// Which share of all units the candidate serves, in whole millionths.
///
/// A percentage with at most four decimals is exactly that many millionths; a finer one is refused, because a share
/// that is silently rounded is not the one that people approved.
public struct Weight: Hashable, Sendable {
    /// The millionths of the whole: 1,000,000.
    public static let whole = 1_000_000
    /// Nobody.
    public static let none = Weight(checked: 0)
    /// Everybody who is a unit.
    public static let all = Weight(checked: Self.whole)

    /// The share, from 0 to ``whole``.
    public let millionths: Int

    private init(checked millionths: Int) {
        self.millionths = millionths
    }

    /// A share in millionths, from 0 to ``whole``.
    public init(millionths: Int) throws(WeightFault) {
        guard (0...Self.whole).contains(millionths) else { throw .outOfRange("\(millionths) millionths") }
        self.millionths = millionths
    }

    /// A percentage as a document holds it: from 0 to 100, in steps of 0.0001.
    ///
    /// It is exact if it is the double that is nearest to a decimal number of at most four places, as one that was
    /// read from such a number is.
    public init(percent: Double) throws(WeightFault) {
        guard percent >= 0, percent <= 100 else { throw .outOfRange("\(percent) %") }
        let nearest = Int(percent * 10_000 + 0.5)
        guard Double(nearest) / 10_000 == percent else { throw .tooFine("\(percent) %") }
        self.millionths = nearest
    }

    /// A percentage as people write it, such as `1` or `12.5`: digits and at most one point, with at most four
    /// decimals behind it; no sign, no exponent, no blank.
    public init(percent text: String) throws(WeightFault) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(Self.isDigits) else { throw .notANumber(text) }
        guard parts[0].count == 1 || parts[0].first != UInt8(ascii: "0") else { throw .notANumber(text) }
        let decimals = parts.count == 2 ? Array(parts[1]) : []
        guard decimals.count <= 4 else { throw .tooFine("\(text) %") }
        guard parts[0].count <= 3 else { throw .outOfRange("\(text) %") }
        let zeros = repeatElement(UInt8(ascii: "0"), count: 4 - decimals.count)
        let millionths = (Array(parts[0]) + decimals + zeros).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard millionths <= Self.whole else { throw .outOfRange("\(text) %") }
        self.millionths = millionths
    }

    private static func isDigits(_ part: Substring.UTF8View) -> Bool {
        !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension Weight: Comparable, CustomStringConvertible {
    /// Orders by share.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.millionths < rhs.millionths }

    /// The percentage without needless zeros, such as `12.5 %`.
    public var description: String {
        let (percent, rest) = self.millionths.quotientAndRemainder(dividingBy: 10_000)
        guard rest > 0 else { return "\(percent) %" }
        var decimals = String(10_000 + rest).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(percent).\(decimals) %"
    }
}

extension Weight: Codable {
    /// Reads whole millionths.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(millionths: try container.decode(Int.self))
        } catch let fault as WeightFault {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: fault.description)
        }
    }

    /// Writes whole millionths.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.millionths)
    }
}

/// Why something is not a weight.
public enum WeightFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not a decimal number as JSON writes one without exponent.
    case notANumber(String)
    /// It is less than nothing or more than the whole.
    case outOfRange(String)
    /// It has more than four decimals.
    case tooFine(String)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .notANumber: "weight_not_a_number"
        case .outOfRange: "weight_out_of_range"
        case .tooFine: "weight_too_fine"
        }
    }

    /// What was found and what to write instead.
    public var description: String {
        switch self {
        case .notANumber(let text): "\"\(text)\" is not a percentage; write digits and a point, such as 12.5"
        case .outOfRange(let text): "\(text) is not a share; write a percentage from 0 to 100"
        case .tooFine(let text): "\(text) is finer than a millionth of the whole; write at most four decimals"
        }
    }
}
