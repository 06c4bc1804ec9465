#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The rates that the evidence has not excluded, drawn against the bound of a rule.
///
/// The scale is logarithmic, a decade to each side of the bound, which is the mark in the middle. A band that goes on
/// beyond the scale ends in an arrow. So a bar from arrow to arrow says that nothing is excluded, and a bar that lies
/// left of the mark that the rate is below the bound.
struct RuleBar: Hashable, Sendable {
    /// Rates below this are excluded.
    let lower: Double
    /// Rates above this are excluded; nil if none is.
    let upper: Double?
    /// The bound, above 0.
    let bound: Double

    /// The bar, with as many cells to each side of the mark.
    func text(half: Int) -> String {
        let first = self.cell(self.lower, half)
        let last = max(first, self.upper.map { self.cell($0, half) } ?? .max)
        let cells = (-half...half).map { cell -> Character in
            if cell == 0 { return "|" }
            if cell == -half, first < -half { return "<" }
            if cell == half, last > half { return ">" }
            return first...last ~= cell ? "=" : " "
        }
        return "[\(String(cells))]"
    }

    /// The cell of a rate: never the mark, unless the rate is the bound; beyond the scale it lies outside of it.
    private func cell(_ rate: Double, _ half: Int) -> Int {
        guard rate > 0 else { return .min }
        let decades = log10(rate / self.bound)
        if decades < -1 { return .min }
        if decades > 1 { return .max }
        let cell = Int((decades * Double(half)).rounded())
        return cell == 0 ? (rate < self.bound ? -1 : rate > self.bound ? 1 : 0) : cell
    }
}
