private import Crypto
public import ReleaseModel
public import StrictJSON

extension ReleasePlan {
    /// The plan that a document is, or everything that keeps it from being one.
    ///
    /// Refused are unknown fields and words, missing fields, numbers that cannot be, spans of time in unknown units,
    /// names that are given twice, and fields that contradict each other. Whether a well-formed plan is a good one,
    /// ``PlanLint`` says.
    public static func read(_ source: PlanSource) throws(PlanFaults) -> ReleasePlan {
        let inheritance = Inheritance(source.value)
        var reading = Reading(source, inheritance)
        let plan = self.form.read(inheritance.document, &reading)
        guard let plan, reading.faults.isEmpty else { throw PlanFaults(faults: reading.faults) }
        return plan
    }

    /// The plan's normal form: every default and everything that a stage takes over written out, lists that have no
    /// order sorted, spans of time in their one text. What a plan has none of is left out.
    ///
    /// It reads back as the same plan, so that a default of a later version cannot change what an approved plan means.
    public var document: JSONValue { Self.form.write(self) }

    /// What the plan is known by, and what people approve: the SHA-256 of the canonical text (RFC 8785) of
    /// ``document``.
    ///
    /// Texts that differ in comments, order, layout, notation of numbers, or in saying a default, have one digest.
    public var digest: ContentDigest {
        guard let digest = ContentDigest(bytes: SHA256.hash(data: self.document.canonical)) else {
            preconditionFailure("a SHA-256 has the 32 bytes of a digest")
        }
        return digest
    }
}
