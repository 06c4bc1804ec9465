import AccessPolicy
import HashTreeCollections
import Logging
import NIOPosix
import ReleaseModel
import Store

extension ControlPlane {
    /// Removes files of evidence that were sent more than a day ago and that nobody attached; says which in the log of
    /// the process. While it looks nothing is decided, so nothing is attached.
    public func sweepEvidence() async throws {
        let files = self.evidence
        let swept = try await self.undisturbed {
            let named = Set(self.state.registry.evidence.values.map(\.file))
            return try await NIOThreadPool.singleton.runIfActive { try files.sweep(keeping: named) }
        }
        for file in swept {
            self.logger.notice(
                "a file of evidence was removed that nobody attached for a day", metadata: ["file": "\(file)"])
        }
    }
}
