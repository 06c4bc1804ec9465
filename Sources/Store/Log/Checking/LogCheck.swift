public import Ledger

/// Examines a log's directory: all of it with ``fsck()``, what others rely on with ``verify(since:)``.
///
/// It changes nothing and needs only the public key. While a writer is at work a file may be gone between two
/// looks at it, so a thorough examination is for a log at rest or for a copy of one.
public struct LogCheck: Sendable {
    /// The most findings that are reported; one flipped bit gives a few, a lost disk gives all.
    public static let maximumFindings = 200

    let directory: LogDirectory
    let verifiers: [NoteVerifier]

    /// An examination of the log in `directory`, whose keys are among `verifiers`.
    public init(directory: String, verifiers: [NoteVerifier]) {
        self.directory = LogDirectory(directory)
        self.verifiers = verifiers
    }

    /// Compares every copy of every entry and hash with all others and with the signed root.
    ///
    /// Entries are hashed from the bundles and from the journal, tiles are made again from the entries, partial tiles
    /// must be beginnings, and every file must belong to the log. Throws only if the disk cannot be read.
    public func fsck() throws(LogFault) -> LogReport {
        var examination = LogExamination(self)
        try examination.run()
        return examination.report
    }

    /// Checks the signature, recomputes the root from the entries, and compares it with an older checkpoint.
    ///
    /// - Parameter older: a checkpoint of the same log that was kept from an earlier day; its size must not be above
    ///   the present one, and the log must begin with it.
    /// - Returns: the checkpoint, which is true of the entries on disk.
    /// - Throws: ``LogFault`` `corrupt`, `foreign` or `missing`.
    public func verify(since older: Checkpoint? = nil) throws(LogFault) -> Checkpoint {
        let reader = try LogReader(directory: self.directory.path)
        let checkpoint = try self.signedCheckpoint(try reader.checkpointNote())
        if let older {
            guard older.origin == checkpoint.origin else {
                throw .foreign("its origin is \(checkpoint.origin), not \(older.origin)")
            }
            guard older.size <= checkpoint.size else {
                throw .corrupt(
                    path: self.directory.checkpoint,
                    detail: "it covers \(checkpoint.size) entries, and an earlier one covered \(older.size)")
            }
        }
        var frontier = Frontier()
        var oldRoot: Digest256? = older?.size == 0 ? MerkleTree.emptyRoot : nil
        do {
            try reader.walk(0..<checkpoint.size) { _, entry in
                frontier.append(MerkleTree.leafHash(entry))
                if frontier.size == older?.size {
                    oldRoot = frontier.root
                }
            }
        } catch {
            throw error as? LogFault ?? .unavailable(String(describing: error))
        }
        if let older, oldRoot != older.root {
            throw .corrupt(
                path: self.directory.path,
                detail: "its first \(older.size) entries are not those of the earlier checkpoint")
        }
        guard frontier.root == checkpoint.root else {
            throw .corrupt(path: self.directory.path, detail: "its entries have another root than the checkpoint signs")
        }
        return checkpoint
    }

    /// The checkpoint of a note, if a trusted key of the log signed it.
    func signedCheckpoint(_ note: SignedNote) throws(LogFault) -> Checkpoint {
        do throws(NoteFault) {
            let checkpoint = try Checkpoint(note.text)
            let signers = try note.verify(by: self.verifiers)
            guard signers.contains(where: { $0.algorithm == .ed25519 && $0.name == checkpoint.origin }) else {
                throw .noTrustedSignature
            }
            return checkpoint
        } catch .noTrustedSignature {
            throw .foreign("its checkpoint is signed by none of the given keys")
        } catch {
            throw .corrupt(path: self.directory.checkpoint, detail: error.description)
        }
    }
}
