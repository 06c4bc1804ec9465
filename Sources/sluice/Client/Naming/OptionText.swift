import ArgumentParser
import ReleaseModel

/// Values of options, read with a reason where they are wrong.
enum OptionText {
    static func name(_ text: String) throws -> Name {
        guard let name = Name(text) else { throw ValidationError("'\(text)' is no name: \(Name.rule)") }
        return name
    }

    static func digest(_ text: String) throws -> ContentDigest {
        guard let digest = ContentDigest(text) else {
            throw ValidationError("'\(text)' is not sha256: and 64 lower-case hexadecimal digits")
        }
        return digest
    }

    static func roles(_ text: String) throws -> [Role] {
        try text.split(separator: ",").map { word in
            guard let role = Role(rawValue: String(word)) else {
                let known = Role.allCases.map(\.rawValue)
                let hint = Spelling.nearest(to: String(word), among: known).map { "; did you mean \($0)?" } ?? ""
                throw ValidationError("there is no role '\(word)'\(hint) Roles: \(known.joined(separator: ", "))")
            }
            return role
        }
    }

    /// `logprobs`, or `pinned_version=2027-01-01T00:00:00Z` with an end.
    static func entitlement(_ text: String) throws -> Entitlement {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let word = parts.first, let kind = EntitlementKind(rawValue: word) else {
            let known = EntitlementKind.allCases.map(\.rawValue)
            let hint = Spelling.nearest(to: parts.first ?? "", among: known).map { "; did you mean \($0)?" } ?? ""
            throw ValidationError("there is no entitlement '\(text)'\(hint) Known: \(known.joined(separator: ", "))")
        }
        return Entitlement(kind, until: try parts.count > 1 ? Moment.option(parts[1]) : nil)
    }

    static func proposal(_ text: String) throws -> ProposalID {
        guard let id = ProposalID(text) else {
            throw ValidationError("'\(text)' is not the identifier prp_… of a proposal")
        }
        return id
    }

    static func request(_ text: String) throws -> RequestID {
        guard let id = RequestID(text) else {
            throw ValidationError("'\(text)' is not the identifier req_… of a request, its x-request-id")
        }
        return id
    }

    static func grant(_ text: String) throws -> GrantID {
        guard let id = GrantID(text) else {
            throw ValidationError("'\(text)' is not the identifier grt_… of a grant")
        }
        return id
    }

    static func person(_ text: String) throws -> PersonID {
        guard let id = PersonID(text) else {
            throw ValidationError("'\(text)' is not the identifier per_… of a person")
        }
        return id
    }

    static func component(_ text: String) throws -> ComponentID {
        guard let id = ComponentID(text) else {
            throw ValidationError("'\(text)' is not the identifier cmp_… of a component")
        }
        return id
    }

    /// The public part of a key, with or without the letters of its kind.
    ///
    /// A whole key is refused without being repeated. Not for `transform:`, for the parser repeats what it refuses.
    static func key(_ text: String) throws -> KeyID {
        let letters = text.utf8
        if letters.count == KeyID.length + 4, letters.dropFirst(3).first == UInt8(ascii: "_"),
            KeyKind(rawValue: String(text.prefix(3))) != nil, let id = KeyID(letters.dropFirst(4))
        {
            return id
        }
        guard let id = KeyID(letters) else {
            throw ValidationError(
                letters.count >= KeyText.length - 4
                    ? "give the eight letters behind slk_, never the whole key"
                    : "'\(text)' is not the public part of a key: eight letters or digits, as 'sluice key list' shows")
        }
        return id
    }
}
