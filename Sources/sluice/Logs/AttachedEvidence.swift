import ReleaseModel
import Store
import StrictJSON

/// The files of evidence that the control log names, as they lie in the data folder.
struct AttachedEvidence {
    /// The files, each once, in the order in which they were attached.
    let files: [ContentDigest]
    /// What is amiss with them.
    let findings: [EvidenceFinding]

    /// Reads the names off the log, and then every file.
    init(_ log: LogReader, in folder: DataFolder) throws {
        var files: [ContentDigest] = []
        var seen: Set<ContentDigest> = []
        try log.entries(0..<(try log.size())) { _, bytes in
            // What is no entry is the log's own check's to tell.
            guard let entry = try? JSONValue(parsing: bytes).decoded(as: ControlEntry.self),
                case .evidenceAttached(let evidence) = entry.event, seen.insert(evidence.file).inserted
            else { return }
            files.append(evidence.file)
        }
        self.files = files
        self.findings = try EvidenceFiles(directory: folder.evidence).findings(among: files)
    }
}
