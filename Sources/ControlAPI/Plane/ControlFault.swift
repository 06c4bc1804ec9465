/// Why the control plane cannot go on, apart from refusals of single commands.
public enum ControlFault: Error, Hashable, Sendable {
    /// An entry of the control log is not what this release can read. Nothing is folded past it.
    case unreadableEntry(index: UInt64, detail: String)
    /// Other writers were faster each time.
    case contended(attempts: Int)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .unreadableEntry: "control_entry_unreadable"
        case .contended: "control_contended"
        }
    }
}

extension ControlFault: CustomStringConvertible {
    /// What is wrong and what to do, for an operator.
    public var description: String {
        switch self {
        case .unreadableEntry(let index, let detail):
            "Entry \(index) of the control log cannot be read: \(detail). "
                + "To pass over it would be to fold a wrong state: "
                + "start the release of Sluice that wrote it, or check the log with 'sluice log fsck'."
        case .contended(let attempts):
            "The control log grew \(attempts) times while a command was decided; see which other process writes it."
        }
    }
}
