import NIOPosix
import ReleaseModel
import Store
import StrictJSON

// The files of evidence. What is said of them, and by whom, are commands like others.
extension Answering {
    /// Keeps a file under the digest in the path, before it is attached to a version.
    func putEvidenceFile(_ call: Call) async throws -> Answer {
        let digest = try Self.digest(call)
        let (files, body) = (self.plane.evidence, call.body)
        let isNew = try await NIOThreadPool.singleton.runIfActive { try files.put(body, as: digest) }
        return .json(
            [
                "file": .string(digest.description), "bytes": .integer(Int64(body.count)), "is_new": .bool(isNew),
            ], status: isNew ? 201 : 200)
    }

    /// A file's bytes, compared with its digest.
    func evidenceFile(_ call: Call) async throws -> Answer {
        let digest = try Self.digest(call)
        let files = self.plane.evidence
        guard let bytes = try await NIOThreadPool.singleton.runIfActive({ try files.read(digest) }) else {
            throw Problem.notFound("file of evidence", field: "id")
        }
        return Answer(status: 200, mediaType: "application/octet-stream", body: bytes)
    }

    private static func digest(_ call: Call) throws(Problem) -> ContentDigest {
        guard let digest = ContentDigest(call.argument) else {
            throw .invalidParameter("id", "sha256: and 64 lower-case hexadecimal digits")
        }
        return digest
    }
}
