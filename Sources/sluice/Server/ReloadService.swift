import Gateway
import Logging
import ServiceLifecycle
import UnixSignals

/// Looks at the certificate's files again: each second, and at once on SIGHUP, which the log answers in any case.
struct ReloadService: Service {
    let certificates: Certificates?
    let logger: Logger

    func run() async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in hangups { self.reload(isAsked: true) }
                }
                group.addTask {
                    while self.certificates != nil, (try? await Task.sleep(for: .seconds(1))) != nil {
                        self.reload(isAsked: false)
                    }
                }
            }
        }
    }

    /// - Parameter isAsked: whether somebody waits for a word, even if there is nothing new.
    private func reload(isAsked: Bool) {
        guard let certificates else {
            return self.logger.info("nothing to reload: the gateway has no certificate")
        }
        switch certificates.reload() {
        case .unchanged where isAsked: self.logger.info("the certificate is the one that is shown")
        case .unchanged: break
        case .replaced(let until):
            self.logger.info(
                "the certificate was replaced; open connections keep theirs",
                metadata: ["until": "\(Moment.text(until))"])
        case .stillKept where isAsked: self.logger.error("the new certificate still cannot be shown; the old one stays")
        case .stillKept: break
        case .kept(let fault):
            self.logger.error("the new certificate cannot be shown; the old one stays", metadata: ["fault": "\(fault)"])
        }
    }
}
