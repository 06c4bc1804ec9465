import NIOConcurrencyHelpers
import NIOCore

/// Where appends wait for the writer's thread, which takes all of them at once.
///
/// Unchecked: every property is touched only while `lock` is held. The thread sleeps on the lock's condition and is
/// woken by the first append after it fell asleep; one that finds more work goes on without sleeping.
final class LogMailbox: @unchecked Sendable {
    /// How long the thread waits for a group to fill, in seconds, once somebody waits for it.
    static let gatheringSeconds = 0.001
    /// How long an append that nobody waits for may lie before it is written for its own sake, in seconds.
    static let lyingSeconds = 0.02

    /// Its value says whether there is something to do.
    private let lock = ConditionLock(value: false)
    private let maximumEntries: Int
    private let maximumBytes: Int
    private var waiting = AppendBatch()
    /// How many of the waiting appends somebody waits for.
    private var urgent = 0
    /// How many of those wake the thread; 0 while any append does.
    private var wakesAt = 0
    private var pace = GroupPace()
    private var isClosed = false

    init(maximumEntries: Int, maximumBytes: Int) {
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
    }

    /// Adds an entry of an event loop, or answers why it cannot wait here.
    ///
    /// - Parameter isUrgent: whether somebody waits for it; if not it may lie for a moment.
    func add(
        _ entry: RawSpan, on loop: any EventLoop, _ receiver: any AppendReceiver, token: UInt64, isUrgent: Bool
    ) -> LogFault? {
        self.lock.lock()
        if let refusal = self.refusal(entries: 1, bytes: entry.byteCount) {
            self.lock.unlock()
            return refusal
        }
        let isFirst = self.waiting.isEmpty
        self.waiting.add(entry, on: loop, receiver, token: token)
        self.unlock(isFirst: isFirst, isUrgent: isUrgent)
        return nil
    }

    /// Adds entries that belong together, or answers why they cannot wait here.
    func add(
        _ entries: [[UInt8]], expectedSize: UInt64?,
        _ completion: @escaping @Sendable (Result<AppendedRange, LogFault>) -> Void
    ) -> LogFault? {
        let bytes = entries.reduce(0) { $0 + $1.count }
        self.lock.lock()
        if let refusal = self.refusal(entries: entries.count, bytes: bytes) {
            self.lock.unlock()
            return refusal
        }
        let isFirst = self.waiting.isEmpty
        self.waiting.add(entries, expectedSize: expectedSize, completion)
        self.unlock(isFirst: isFirst, isUrgent: true)
        return nil
    }

    private func refusal(entries: Int, bytes: Int) -> LogFault? {
        guard !self.isClosed else { return .closed }
        // A single append is let into an empty queue whatever its size, or it could never be written.
        let records = self.waiting.records
        let isFull = records.count + entries > self.maximumEntries || records.entryBytes + bytes > self.maximumBytes
        return isFull && !self.waiting.isEmpty ? .overloaded : nil
    }

    /// Gives the lock up after an append was added, and wakes the thread if that is what it waits for.
    private func unlock(isFirst: Bool, isUrgent: Bool) {
        if isUrgent { self.urgent += 1 }
        if self.wakesAt == 0 ? isFirst : isUrgent && self.urgent == self.wakesAt {
            self.lock.unlock(withValue: true)
        } else {
            self.lock.unlock()
        }
    }

    /// Waits for appends and exchanges them for `taken`, which is emptied. Answers false when closed and empty.
    func take(_ taken: inout AppendBatch) -> Bool {
        taken.removeAll()
        self.lock.lock()
        // Where several wait at a time the next group is about to come: one sleep, and nobody wakes the thread early.
        let isExpecting = self.pace.goal > 1
        if isExpecting { self.wait(for: self.pace.goal, seconds: Self.gatheringSeconds) }
        if self.waiting.isEmpty { self.waitForAny() }
        if self.urgent == 0 { self.wait(for: 1, seconds: Self.lyingSeconds) }
        if !isExpecting, self.urgent > 0 { self.wait(for: self.pace.goal, seconds: Self.gatheringSeconds) }
        self.pace.note(self.urgent)
        swap(&taken, &self.waiting)
        self.urgent = 0
        let isClosed = self.isClosed
        self.lock.unlock()
        return !taken.isEmpty || !isClosed
    }

    /// Gives the lock up until so many urgent appends wait, the time is over, or the mailbox is closed.
    private func wait(for urgent: Int, seconds: Double) {
        guard !self.isClosed, self.urgent < urgent else { return }
        self.wakesAt = urgent
        self.lock.unlock(withValue: false)
        if !self.lock.lock(whenValue: true, timeoutSeconds: seconds) { self.lock.lock() }
    }

    /// Gives the lock up until any append waits, or the mailbox is closed.
    private func waitForAny() {
        guard !self.isClosed else { return }
        self.wakesAt = 0
        self.lock.unlock(withValue: false)
        self.lock.lock(whenValue: true)
    }

    /// Lets what waits be written and refuses everything new.
    func close() {
        self.lock.lock()
        self.isClosed = true
        self.lock.unlock(withValue: true)
    }
}
