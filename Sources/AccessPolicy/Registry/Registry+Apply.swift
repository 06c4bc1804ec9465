import HashTreeCollections
public import ReleaseModel

extension Registry {
    /// Folds in one entry that was decided before. Total: what stands in the ledger has happened.
    public mutating func apply(_ entry: ControlEntry) {
        self.generation += 1
        switch entry.event {
        case .modelAdded(let model):
            self.models[model.id] = model
            self.modelsByName[model.name] = model.id
        case .versionAdded(let version):
            self.versions[version.id] = version
            self.versionsByName[version.name] = version.id
        case .componentAdded(let component):
            self.components[component.id] = component
            self.registered[component.id] = entry.at
        case .currentVersionChanged(let change):
            self.current[change.model] = change.version
            self.served[change.version] = self.served[change.version] ?? entry.at
        case .modelHeld(let hold):
            self.held[hold.model] = hold.reason
            // What was proposed to lift an earlier hold was not proposed knowing of this one.
            self.proposals = self.proposals.filter { !$0.value.command.resumes(hold.model) }
        case .modelResumed(let resumption):
            self.held[resumption.model] = nil

        case .organisationAdded(let organisation):
            self.organisations[organisation.id] = organisation
        case .applicationAdded(let application):
            self.applications[application.id] = application
        case .personAdded(let person):
            self.people[person.id] = person
        case .rolesAssigned(let assignment):
            self.people[assignment.person]?.roles = assignment.roles.sorted()
        case .personErased(let erasure):
            self.people[erasure.person] = nil
            for key in self.keys.values where key.owner == .person(erasure.person) { self.forget(key.id) }
            self.proposals = self.proposals.filter { $0.value.by != erasure.person }
        case .enrolled(let enrolment):
            self.enrolments[enrolment.application, default: [:]][enrolment.model] = enrolment
        case .enrolmentOpened(let opening): self.open(opening, at: entry.at)
        case .enrolmentClosed(let closing): self.close(closing, at: entry.at)

        case .grantIssued(let grant):
            self.grants[grant.id] = grant
            self.grantsBySubject[grant.content.subject, default: []].append(grant.id)
        case .grantRevoked(let revocation): self.end(revocation.grant, at: entry.at)
        case .keyIssued(let key):
            self.keys[key.id] = key
            self.keysAsShown[PresentedKey(id: key.id, digest: key.digest)] = key.id
            self.usedKeys.insert(key.id)
        case .keyRevoked(let revocation):
            self.forget(revocation.key)
        case .termsPublished(let terms):
            self.terms[terms.id] = terms
        case .termsAccepted(let acceptance):
            self.acceptances[acceptance.application, default: [:]][acceptance.terms] = acceptance

        case .evidenceAttached(let evidence): self.attach(evidence)
        case .evidenceAccepted(let review): self.judge(review, as: .accepted, in: entry)
        case .evidenceRefused(let review): self.judge(review, as: .refused, in: entry)
        case .evidenceWithdrawn(let withdrawal): self.withdraw(withdrawal, in: entry)

        case .proposalMade(let proposal):
            self.proposals[proposal.id] = proposal
        case .proposalApproved(let approval):
            self.proposals[approval.proposal] = nil
        case .proposalRejected(let rejection):
            self.proposals[rejection.proposal] = nil
        case .accessLogCheckpointed, .rolloutDrafted, .rolloutChanged, .seedRevealed,
            .rollbackDrilled:
            break  // says something about the other log or about rollouts, changes nothing here
        }
    }

    /// Takes a key out of force.
    private mutating func forget(_ id: KeyID) {
        guard let key = self.keys.removeValue(forKey: id) else { return }
        self.keysAsShown[PresentedKey(id: id, digest: key.digest)] = nil
    }
}

extension Command {
    fileprivate func resumes(_ model: ModelID) -> Bool {
        if case .resumeModel(let resumption) = self { resumption.model == model } else { false }
    }
}
