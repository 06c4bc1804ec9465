public import Arms
import Crypto
public import ReleaseModel

/// The closed list of those among whom a cohort's places are drawn.
///
/// Its digest is published before the draw. With the seed, which was committed to before anybody applied, the list is
/// all that the result depends on; so neither can be chosen to suit the other.
public struct LotteryEntrants: Hashable, Sendable {
    /// The applications, the oldest first, each once.
    public let applications: [ApplicationID]
    /// The SHA-256 of the identifiers in their order, each ended by a line feed. With common tools, of a file with an
    /// identifier in each line: `LC_ALL=C sort FILE | sha256sum`.
    public let digest: ContentDigest

    /// Closes a list; its order does not matter. O(n log n).
    ///
    /// Who is listed twice would have two chances, and more than ``Lottery/maximumApplicants`` cannot be drawn.
    public init(_ applications: some Sequence<ApplicationID>) throws(LotteryFault) {
        let sorted = applications.sorted()
        guard sorted.count <= Lottery.maximumApplicants else { throw .tooMany(sorted.count) }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one == next { throw .listedTwice(one.description) }
        self.applications = sorted
        self.digest = Self.digest(of: sorted)
    }

    private static func digest(of applications: [ApplicationID]) -> ContentDigest {
        var hash = SHA256()
        for application in applications { hash.update(data: Array("\(application)\n".utf8)) }
        guard let digest = ContentDigest(bytes: hash.finalize()) else {
            preconditionFailure("a SHA-256 has 32 bytes")
        }
        return digest
    }
}
