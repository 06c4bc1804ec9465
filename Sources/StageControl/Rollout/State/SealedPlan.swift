public import ReleaseModel
import StrictJSON

/// A plan with its digest, computed once: what people approve and every record names.
public struct SealedPlan: Hashable, Sendable {
    /// A plan is some sixty arrays and texts, and whoever speaks of a rollout holds one: so they hold a reference.
    private final class Content: Sendable {
        let plan: ReleasePlan
        let digest: ContentDigest

        init(_ plan: ReleasePlan) {
            self.plan = plan
            self.digest = plan.digest
        }
    }

    private let content: Content

    /// The plan.
    public var plan: ReleasePlan {
        _read { yield self.content.plan }
    }

    /// ``ReleasePlan/digest`` of the plan.
    public var digest: ContentDigest { self.content.digest }

    /// Seals a plan.
    public init(_ plan: ReleasePlan) {
        self.content = Content(plan)
    }

    /// Two plans are equal if their digests are.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.digest == rhs.digest }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.digest) }
}

extension SealedPlan: Codable {
    /// Reads the plan's document and seals it anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let document = try container.decode(JSONValue.self)
        do throws(PlanFaults) {
            self.init(try ReleasePlan.read(PlanSource(document)))
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: error.faults.map(\.description).joined(separator: "; "))
        }
    }

    /// Writes the plan's normal form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.plan.document)
    }
}
