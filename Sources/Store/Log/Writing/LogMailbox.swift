import NIOConcurrencyHelpers

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
    private var waiting: [WaitingAppend] = []
    private var entries = 0
    private var bytes = 0
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

    /// Adds an append, or answers why it cannot wait here.
    ///
    /// - Parameter isUrgent: whether somebody waits for it; if not it may lie for a moment.
    func add(_ append: WaitingAppend, isUrgent: Bool = true) -> LogFault? {
        let weight = append.weight
        self.lock.lock()
        guard !self.isClosed else {
            self.lock.unlock()
            return .closed
        }
        // A single append is let into an empty queue whatever its size, or it could never be written.
        let isFull =
            self.entries + weight.entries > self.maximumEntries || self.bytes + weight.bytes > self.maximumBytes
        guard !isFull || self.waiting.isEmpty else {
            self.lock.unlock()
            return .overloaded
        }
        self.waiting.append(append)
        self.entries += weight.entries
        self.bytes += weight.bytes
        if isUrgent { self.urgent += 1 }
        let wakes = self.wakesAt == 0 ? self.waiting.count == 1 : isUrgent && self.urgent == self.wakesAt
        if wakes {
            self.lock.unlock(withValue: true)
        } else {
            self.lock.unlock()
        }
        return nil
    }

    /// Waits for appends and exchanges them for `taken`, which is emptied. Answers false when closed and empty.
    func take(_ taken: inout [WaitingAppend]) -> Bool {
        taken.removeAll(keepingCapacity: taken.capacity <= 4096)
        self.lock.lock(whenValue: true)
        if self.urgent == 0 { self.wait(for: 1, seconds: Self.lyingSeconds) }
        if self.urgent > 0, self.urgent < self.pace.goal {
            self.wait(for: self.pace.goal, seconds: Self.gatheringSeconds)
        }
        self.pace.note(self.urgent)
        swap(&taken, &self.waiting)
        self.entries = 0
        self.bytes = 0
        self.urgent = 0
        self.wakesAt = 0
        let isClosed = self.isClosed
        // Once closed the value stays true, so that the thread does not sleep again.
        self.lock.unlock(withValue: isClosed)
        return !taken.isEmpty || !isClosed
    }

    /// Gives the lock up until so many urgent appends wait, the time is over, or the mailbox is closed.
    private func wait(for urgent: Int, seconds: Double) {
        guard !self.isClosed else { return }
        self.wakesAt = urgent
        self.lock.unlock(withValue: false)
        if !self.lock.lock(whenValue: true, timeoutSeconds: seconds) { self.lock.lock() }
    }

    /// Lets what waits be written and refuses everything new.
    func close() {
        self.lock.lock()
        self.isClosed = true
        self.lock.unlock(withValue: true)
    }
}
