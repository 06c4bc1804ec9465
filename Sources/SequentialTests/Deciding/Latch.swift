/// Remembers that evidence has once reached its threshold.
///
/// That is sound for a single e-process, since Ville's inequality bounds its supremum. It is not for averages of
/// several processes, nor for ``EBenjaminiHochberg``: those hold at one moment only.
public struct Latch: Codable, Hashable, Sendable {
    /// Whether the threshold has ever been reached.
    public private(set) var isSet = false

    /// Not reached yet.
    public init() {}

    /// Takes in where the evidence stands now; what has been reached stays reached.
    public mutating func observe(_ crossing: Crossing) {
        self.isSet = self.isSet || crossing == .reached
    }
}
