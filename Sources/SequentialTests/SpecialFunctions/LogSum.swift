/// Sums of numbers that are kept as logarithms.
enum LogSum {
    /// ln of the mean of e^x; −∞ for none. Nothing overflows, since the largest is taken out first.
    static func mean(_ logarithms: [Double]) -> Double {
        Self.sum(logarithms) - .log(Double(logarithms.count))
    }

    /// ln of the sum of e^x; −∞ for none.
    static func sum(_ logarithms: [Double]) -> Double {
        guard let largest = logarithms.max(), largest > -.infinity else { return -.infinity }
        return largest + .log(logarithms.reduce(0) { $0 + .exp($1 - largest) })
    }
}
