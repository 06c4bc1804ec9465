import HTTPWire
import Logging
import NIOCore
import Store
import Telemetry

/// Writes the access log. What it cannot record is not served.
struct AccessRecorder: Sendable {
    private let log: LogWriter

    /// A recorder to an open access log.
    init(log: LogWriter) {
        self.log = log
    }

    /// Records an admission; the receiver is told on its loop when the entry is durable, or cannot be.
    func record(admission facts: ExchangeFacts, worker: Worker, _ receiver: any AppendReceiver) {
        worker.withText { entry in
            if facts.isUnlogged {
                AccessEntry.counted(facts, to: &entry)
            } else {
                AccessEntry.admitted(facts, to: &entry)
            }
        } _: {
            $0.withSpan { unsafe self.log.append($0.bytes, on: worker.loop, receiver) }
        }
    }

    /// Records what became of an admitted request. The client does not wait for it: the answer is out already.
    func record(
        result: ExchangeResult, of facts: ExchangeFacts, worker: Worker, _ receiver: any AppendReceiver
    ) {
        worker.withText { entry in
            if facts.isUnlogged {
                AccessEntry.countedTokens(facts, result, to: &entry)
            } else {
                AccessEntry.completed(facts, result, to: &entry)
            }
        } _: {
            $0.withSpan { unsafe self.log.append($0.bytes, on: worker.loop, receiver, isUrgent: false) }
        }
    }
}

/// Hears what became of the entries of outcomes, which nobody waits for.
final class OutcomeWatch: AppendReceiver {
    private let metrics: SluiceMetrics
    private let logger: Logger

    init(metrics: SluiceMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    func appendCompleted(_ result: Result<UInt64, LogFault>, token: UInt64) {
        switch result {
        case .success: self.metrics.logEntries[.access].increment()
        case .failure(let fault):
            // The admission is on disk: it counts as an exposure with an unknown outcome.
            self.metrics.logUnavailable.increment()
            self.logger.error("an outcome was not recorded", metadata: ["fault": "\(fault)"])
        }
    }
}
