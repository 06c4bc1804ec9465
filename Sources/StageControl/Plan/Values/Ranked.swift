/// An enumeration whose cases are written in their order, from least to most.
public protocol Ranked: CaseIterable, Comparable, Hashable, Sendable {}

extension Ranked {
    /// Orders as the cases are written.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        for one in Self.allCases where one == lhs || one == rhs {
            return one == lhs && lhs != rhs
        }
        return false
    }
}
