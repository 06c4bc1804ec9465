public import Ledger
import Logging
import NIOConcurrencyHelpers
public import NIOCore

/// The one writer of a log: takes entries from any thread, makes them durable in groups, signs checkpoints.
///
/// A thread of its own writes whatever waits with one `write` and one `fdatasync`, then answers all of it. An entry
/// that was answered survives `kill -9` and the loss of power; one that was refused leaves no trace. If the disk fails,
/// every waiting append is answered ``LogFault/unavailable(_:)``, the files are cut back, and the next append tries
/// again. ``close()`` it at the end; a log that was not closed is recovered by the next
/// ``open(directory:origin:signer:options:)``.
public final class LogWriter: Sendable {
    /// What was found when the log was opened.
    public let recovery: LogRecovery
    private let mailbox: LogMailbox
    private let status: NIOLockedValueBox<LogStatus>
    private let writer: LogThread
    private let publishing: PublishingThread?

    /// Opens the log in `directory`, making it if there is none, and recovers what a crash left behind.
    ///
    /// Throws ``LogFault``: `inUse` where another process writes it, `foreign` where origin or key are another's,
    /// `corrupt` where the files contradict each other or hold fewer entries than were signed. Nothing is changed then.
    ///
    /// - Parameters:
    ///   - directory: its parent must exist.
    ///   - origin: the name of the log, which is also the signer's.
    ///   - signer: the log's Ed25519 key.
    ///   - options: when checkpoints are signed, limits, the calls of the file system.
    public static func open(
        directory: String, origin: String, signer: NoteSigner, options: LogOptions = LogOptions()
    ) throws(LogFault) -> LogWriter {
        guard signer.verifier.name == origin, signer.verifier.algorithm == .ed25519 else {
            throw .foreign("the signing key is \(signer.verifier.vkey), which is no log key named \(origin)")
        }
        let opening = LogOpening(LogDirectory(directory), signer: signer, options: options)
        return try LogWriter(try opening.run(), options: options)
    }

    private init(_ opened: LogOpening.Opened, options: LogOptions) throws(LogFault) {
        self.recovery = opened.recovery
        self.status = opened.status
        let mailbox = LogMailbox(
            maximumEntries: options.maximumWaitingEntries, maximumBytes: options.maximumWaitingBytes)
        self.mailbox = mailbox
        let owned = opened.publisher
        switch options.checkpoint {
        case .everyBatch: self.publishing = nil
        case .every(let seconds):
            self.publishing = try PublishingThread(
                owned, every: seconds, catchingUp: opened.recovery.size > opened.recovery.checkpointSize,
                lock: opened.lock, logger: options.logger)
        }
        let journal = opened.journal
        let status = opened.status
        let isInline = self.publishing == nil
        self.writer = try LogThread(name: "log-writer") { [lock = opened.lock] in
            withExtendedLifetime(lock) {
                var batchWriter = BatchWriter(journal, publisher: isInline ? owned.publisher : nil, status: status)
                var batch = AppendBatch()
                while mailbox.take(&batch) {
                    batchWriter.write(&batch)
                }
                batchWriter.close()
            }
        }
    }

    deinit {
        self.mailbox.close()
        self.publishing?.stop()
    }

    /// The number of durable entries.
    public var size: UInt64 { self.status.withLockedValue { $0.durable.size } }

    /// The text of the last durable checkpoint with its signature.
    public var currentCheckpoint: String { self.status.withLockedValue { $0.checkpoint } }

    /// The number of entries that ``currentCheckpoint`` covers.
    public var checkpointSize: UInt64 { self.status.withLockedValue { $0.published } }

    /// Why the last attempt to sign a checkpoint failed; nil while all is well.
    public var checkpointFault: LogFault? { self.status.withLockedValue { $0.publishingFault } }

    /// Records entries together or not at all.
    ///
    /// - Parameters:
    ///   - entries: each of 1 to 65,535 bytes.
    ///   - expectedSize: the size of the log on which the caller decided; if it has another by then, nothing is
    ///     recorded and the answer is ``LogFault/conflict(actual:)``. Nil records in any case.
    ///   - completion: is called once, on the writer's thread, so it must be short; a refusal that needs no disk is
    ///     answered on the caller's.
    public func append(
        _ entries: [[UInt8]], expectedSize: UInt64? = nil,
        completion: @escaping @Sendable (Result<AppendedRange, LogFault>) -> Void
    ) {
        for entry in entries {
            if let fault = Self.refusal(bytes: entry.count) {
                return completion(.failure(fault))
            }
        }
        if let fault = self.mailbox.add(entries, expectedSize: expectedSize, completion) {
            completion(.failure(fault))
        }
    }

    /// Records entries together or not at all, and returns once they are durable.
    ///
    /// As ``append(_:expectedSize:completion:)``, for callers that can wait.
    public func append(_ entries: [[UInt8]], expectedSize: UInt64? = nil) async throws(LogFault) -> AppendedRange {
        let result = await withCheckedContinuation { continuation in
            self.append(entries, expectedSize: expectedSize) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Records one entry of an event loop: the path of every request.
    ///
    /// The answers of a batch reach a loop by one `execute`. Must be called on `loop`; the receiver is called
    /// there too, never before this returns, and is kept alive until then.
    ///
    /// - Parameters:
    ///   - entry: 1 to 65,535 bytes, which are copied.
    ///   - token: is given back with the answer.
    ///   - isUrgent: whether a caller waits for the answer; if not, the entry may lie for
    ///     ``LogMailbox/lyingSeconds``, to be written with others.
    public func append(
        _ entry: RawSpan, on loop: any EventLoop, _ receiver: any AppendReceiver, token: UInt64 = 0,
        isUrgent: Bool = true
    ) {
        let fault =
            Self.refusal(bytes: entry.byteCount)
            ?? self.mailbox.add(entry, on: loop, receiver, token: token, isUrgent: isUrgent)
        if let fault {
            let delivery = LoopDelivery(loop)
            delivery.add(receiver, token: token, place: 0)
            delivery.send(.failure(fault))
        }
    }

    /// Writes what waits, signs a last checkpoint and gives the directory free. Blocks until that is done.
    ///
    /// Throws if the last checkpoint could not be written; every entry is durable all the same, and the next
    /// opening signs it. A second call does nothing.
    public func close() throws(LogFault) {
        self.mailbox.close()
        self.writer.join()
        guard let publishing = self.publishing else { return }
        publishing.stop()
        publishing.join()
        if self.size != self.checkpointSize, let fault = self.checkpointFault {
            throw fault
        }
    }

    private static func refusal(bytes: Int) -> LogFault? {
        guard bytes > 0 else { return .entryEmpty }
        return bytes > EntryBundle.maximumEntryBytes ? .entryTooLarge(bytes: bytes) : nil
    }
}
