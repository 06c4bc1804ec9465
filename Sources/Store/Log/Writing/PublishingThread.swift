import Logging
import NIOConcurrencyHelpers

/// Signs a checkpoint every so many seconds, beside the writer's thread, and a last one when it is stopped.
final class PublishingThread: Sendable {
    private let isStopped = ConditionLock(value: false)
    private let thread: LogThread

    /// Starts the thread; with `catchingUp` it signs at once what was recovered, else after the first pause.
    init(
        _ owned: OwnedPublisher, every seconds: Double, catchingUp: Bool, lock: DirectoryLock, logger: Logger
    ) throws(LogFault) {
        let isStopped = self.isStopped
        self.thread = try LogThread(name: "log-publisher") {
            withExtendedLifetime(lock) {
                var wasFailing = false
                var isLast = false
                var isDue = catchingUp
                while true {
                    do {
                        if isDue { try owned.publisher.publish() }
                        wasFailing = false
                    } catch {
                        if !wasFailing {
                            logger.error("no checkpoint could be signed", metadata: ["fault": "\(error)"])
                        }
                        wasFailing = true
                    }
                    if isLast { return }
                    isDue = true
                    isLast = isStopped.lock(whenValue: true, timeoutSeconds: max(0.001, seconds))
                    if isLast {
                        isStopped.unlock()
                    }
                }
            }
        }
    }

    /// Asks for the last checkpoint and the end of the thread.
    func stop() {
        self.isStopped.lock()
        self.isStopped.unlock(withValue: true)
    }

    func join() {
        self.thread.join()
    }
}
