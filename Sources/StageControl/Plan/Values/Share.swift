/// A share of applications, exact to a millionth: what fraction of the buckets is in.
///
/// A plan writes it in percent, as `setWeight: 0.1`. Millionths, not floating point, so that the same text opens the
/// same buckets on every machine.
public struct Share: Hashable, Comparable, Sendable {
    /// Nobody.
    public static let nobody = Share(millionths: 0)
    /// Everybody.
    public static let everybody = Share(millionths: 1_000_000)

    /// From 0, nobody, to 1,000,000, everybody.
    public let millionths: Int

    /// A share of so many millionths; what is outside 0 to 1,000,000 becomes the nearer end.
    public init(millionths: Int) {
        self.millionths = min(max(0, millionths), 1_000_000)
    }

    /// A share in percent; nil if it is not from 0 to 100 with at most four decimals.
    public init?(percent: Double) {
        guard (0...100).contains(percent) else { return nil }
        let millionths = (percent * 10_000).rounded()
        guard millionths / 10_000 == percent else { return nil }
        self.millionths = Int(millionths)
    }

    /// From 0 to 100.
    public var percent: Double { Double(self.millionths) / 10_000 }

    /// From 0 to 1.
    public var fraction: Double { Double(self.millionths) / 1_000_000 }

    /// Orders by size.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.millionths < rhs.millionths }
}

extension Share: CustomStringConvertible {
    /// In percent, as people read it: `0.1 %`.
    public var description: String {
        let percent = self.percent
        return percent == percent.rounded() ? "\(Int(percent)) %" : "\(percent) %"
    }
}
