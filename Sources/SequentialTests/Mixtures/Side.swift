/// The side of its bound on which a rate is to be shown.
///
/// The raw value is public and never renamed.
public enum Side: String, Codable, CaseIterable, Hashable, Sendable {
    /// Evidence that the rate is below the bound; the null hypothesis is "at the bound or above".
    case below
    /// Evidence that the rate is above the bound; the null hypothesis is "at the bound or below".
    case above

    /// The other side.
    public var opposite: Side { self == .below ? .above : .below }
}
