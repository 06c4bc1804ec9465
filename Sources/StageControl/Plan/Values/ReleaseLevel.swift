/// The six levels of *The Gradient of Generative AI Release* (Solaiman, 2023), from closed to open.
///
/// In a plan it is a claim: how far a stage may go at the most. What level a version has at a date is never stored; it
/// is derived from grants and components.
public enum ReleaseLevel: String, Ranked {
    case closed, gradual, hosted, api, downloadable, open

    /// Whether weights leave the developer's machines, which nobody can take back.
    public var isIrrevocable: Bool { self >= .downloadable }
}
