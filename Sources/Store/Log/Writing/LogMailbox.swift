import NIOConcurrencyHelpers

/// Where appends wait for the writer's thread, which takes all of them at once.
///
/// Unchecked: every property is touched only while `lock` is held. The thread sleeps on the lock's condition and is
/// woken by the first append after it fell asleep; one that finds more work goes on without sleeping.
final class LogMailbox: @unchecked Sendable {
    /// Its value says whether there is something to do.
    private let lock = ConditionLock(value: false)
    private let maximumEntries: Int
    private let maximumBytes: Int
    private var waiting: [WaitingAppend] = []
    private var entries = 0
    private var bytes = 0
    private var isClosed = false

    init(maximumEntries: Int, maximumBytes: Int) {
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
    }

    /// Adds an append, or answers why it cannot wait here.
    func add(_ append: WaitingAppend) -> LogFault? {
        let weight = append.weight
        self.lock.lock()
        guard !self.isClosed else {
            self.lock.unlock()
            return .closed
        }
        // A single append is let into an empty queue whatever its size, or it could never be written.
        let isFull = self.entries + weight.entries > self.maximumEntries || self.bytes + weight.bytes > self.maximumBytes
        guard !isFull || self.waiting.isEmpty else {
            self.lock.unlock()
            return .overloaded
        }
        self.waiting.append(append)
        self.entries += weight.entries
        self.bytes += weight.bytes
        if self.waiting.count == 1 {
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
        swap(&taken, &self.waiting)
        self.entries = 0
        self.bytes = 0
        let isClosed = self.isClosed
        // Once closed the value stays true, so that the thread does not sleep again.
        self.lock.unlock(withValue: isClosed)
        return !taken.isEmpty || !isClosed
    }

    /// Lets what waits be written and refuses everything new.
    func close() {
        self.lock.lock()
        self.isClosed = true
        self.lock.unlock(withValue: true)
    }
}
