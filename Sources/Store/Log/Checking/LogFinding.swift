/// One thing that is not as it should be in a log's directory.
public struct LogFinding: Hashable, Sendable {
    /// What kind of thing.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The checkpoint is missing, malformed or not signed by a trusted key.
        case checkpointInvalid = "checkpoint_invalid"
        /// The entries have another root than the one that was signed.
        case rootMismatch = "root_mismatch"
        /// A file that the checkpoint needs is not there.
        case fileMissing = "file_missing"
        /// A file has the wrong length or form.
        case fileMalformed = "file_malformed"
        /// An entry does not have the hash that the tree has for it.
        case entryMismatch = "entry_mismatch"
        /// A stored hash is not the hash of what it stands for.
        case hashMismatch = "hash_mismatch"
        /// The journal ends before the checkpoint does, or holds what is no record.
        case journalDamaged = "journal_damaged"
        /// An append was under way when the writer ended; it is cut off at the next start and was never answered.
        case unfinishedAppend = "unfinished_append"
        /// A file that does not belong to the log.
        case unexpectedFile = "unexpected_file"
    }

    /// What kind of thing.
    public var kind: Kind
    /// The first entry that it concerns, where it concerns entries.
    public var entryIndex: UInt64?
    /// The file, relative to the log's directory.
    public var path: String
    /// What is wrong, for a person.
    public var message: String

    /// Whether the log is damaged; false for what a crash leaves behind by design.
    public var isDamage: Bool { self.kind != .unfinishedAppend }
}

extension LogFinding: CustomStringConvertible {
    /// One line: kind, file, entry, message.
    public var description: String {
        let entry = self.entryIndex.map { " entry \($0):" } ?? ""
        return "\(self.kind.rawValue) \(self.path):\(entry) \(self.message)"
    }
}

/// What an examination of a log came to.
public struct LogReport: Hashable, Sendable {
    /// The number of entries that the checkpoint covers.
    public var size: UInt64 = 0
    /// The number of entries that were hashed, those beyond the checkpoint included.
    public var entries: UInt64 = 0
    /// The number of files that were read.
    public var files = 0
    /// What was found, in the order of the entries; at most ``LogCheck/maximumFindings``.
    public var findings: [LogFinding] = []

    /// Whether nothing is damaged.
    public var isSound: Bool { !self.findings.contains(where: \.isDamage) }
    /// The first entry that is damaged, if any is.
    public var firstDamagedEntry: UInt64? { self.findings.filter(\.isDamage).compactMap(\.entryIndex).min() }
}
