import Logging
import ServiceLifecycle
import Store

/// Folds the access log into the usage counters, now and then and once more at the end.
struct UsageService: Service {
    /// How late counters are at the most, in seconds.
    static let everySeconds = 5

    let fold: UsageFold
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.catchUp()
                try await Task.sleep(for: .seconds(Self.everySeconds))
            }
        }
        await self.catchUp()
    }

    private func catchUp() async {
        do {
            try await self.fold.catchUp()
        } catch {
            self.logger.error("usage is not counted up to the log", metadata: ["fault": "\(error)"])
        }
    }
}
