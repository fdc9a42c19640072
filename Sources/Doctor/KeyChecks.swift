import Glibc
import Messaging
import Settings

/// Whether secrets are secret, and secret, public key and allow-list say the same.
struct KeyChecks {
  var folder: ClusterFolder
  var parts: Set<Patient.Part>

  /// The names of the secrets that are here.
  static func names(in folder: ClusterFolder) -> [String] {
    SystemFiles.names(in: folder.keys).filter { $0.hasSuffix(".secret") }
      .map { String($0.dropLast(".secret".count)) }
  }

  /// The names of those that are here and have a role, by the list or, without one, by their name.
  static func names(of role: Role, in folder: ClusterFolder) -> [String] {
    let list = try? AllowList(contentsOf: folder.allowList)
    return names(in: folder).filter { name in
      let key = try? KeyFile.readPublic(folder.publicKey(of: name))
      if let known = key.flatMap({ list?.identities[$0] }) { return known.role == role }
      return name == role.rawValue || name.hasPrefix("\(role.rawValue)-")
    }
  }

  /// The nodes that are let in and whose secrets are elsewhere: machines other than this one.
  static func isShared(_ folder: ClusterFolder) -> Bool {
    let here = Set(names(in: folder))
    let list = try? AllowList(contentsOf: folder.allowList)
    return list?.identities.values.contains { identity in
      [.worker, .coordinator].contains(identity.role) && !here.contains(identity.node)
    } ?? false
  }

  var findings: [Finding] {
    guard let status = FolderChecks.status(folder.keys) else {
      return [
        Finding(
          "keys", .wrong, "\(folder.keys) is not there",
          do: "`granary keys add NAME --role ROLE` makes a key; nodes talk to nobody without one")
      ]
    }
    var findings: [Finding] = []
    if status.st_mode & 0o022 != 0 {
      findings.append(
        Finding(
          "keys", .wrong,
          "\(folder.keys) has mode \(FolderChecks.mode(status)): others can put "
            + "keys into it", do: "`chmod 700 \(folder.keys)`"))
    }
    let list = allowList(&findings)
    let names = Self.names(in: folder)
    for name in names { findings += secret(name, list) + change(of: name) }
    findings += missing(names, list)
    if findings.isEmpty {
      findings.append(
        Finding("keys", ok: "\(names.joined(separator: ", ")): secret, and paired"))
    }
    return findings
  }

  /// The list of who is let in, which a node reads before it listens.
  private func allowList(_ findings: inout [Finding]) -> AllowList? {
    let isNode = parts.contains(.coordinator) || parts.contains(.worker)
    guard let status = FolderChecks.status(folder.allowList) else {
      if isNode {
        findings.append(
          Finding(
            "allow-list", .wrong, "\(folder.allowList) is not there, and no node starts without it",
            do: "`granary keys add` writes it; on further machines copy the coordinator's"))
      }
      return nil
    }
    if status.st_mode & 0o022 != 0 {
      findings.append(
        Finding(
          "allow-list", .wrong,
          "\(folder.allowList) has mode \(FolderChecks.mode(status)): others "
            + "can let themselves in", do: "`chmod 644 \(folder.allowList)`"))
    }
    do throws(MessagingError) {
      let list = try AllowList(contentsOf: folder.allowList)
      if parts.contains(.coordinator),
        !list.identities.values.contains(where: { $0.role == .operator })
      {
        findings.append(
          Finding(
            "allow-list", .warning, "\(folder.allowList) has no operator: nobody can start runs",
            do: "`granary keys add NAME --role operator`"))
      }
      return list
    } catch {
      findings.append(
        Finding("allow-list", .wrong, error.description, do: "correct that line, or remove it"))
      return nil
    }
  }

  private func secret(_ name: String, _ list: AllowList?) -> [Finding] {
    let check = "key of \(name)"
    let pair: CurveKeyPair
    do throws(MessagingError) {
      pair = try KeyFile.readSecret(folder.secretKey(of: name))
    } catch .exposedSecret(let path, let mode) {
      return [
        Finding(
          check, .wrong, "\(path) has mode \(mode): others can be \(name)",
          do: "`chmod 600 \(path)`; where somebody else was on this machine, revoke it and make "
            + "another")
      ]
    } catch .foreignSecret(let path, let owner, let user) {
      return [
        Finding(
          check, .wrong, "\(path) belongs to \(FolderChecks.name(owner))",
          do: "`chown \(FolderChecks.name(user)) \(path)`, or run this as that user")
      ]
    } catch {
      return [
        Finding(
          check, .wrong, error.description,
          do: "revoke it, and make another with `granary keys add`")
      ]
    }
    let open = folder.publicKey(of: name)
    let former = try? KeyFile.readSecret(folder.oldSecretKey(of: name)).publicKey
    // That of the key before is what a change that was cut leaves.
    if let known = try? KeyFile.readPublic(open), known != pair.publicKey, known != former {
      return [
        Finding(
          check, .wrong,
          "\(open) has \(known.beginning)..., the secret's is "
            + "\(pair.publicKey.beginning)...",
          do: "put `\(pair.publicKey)` into \(open), and see which of them the lists have")
      ]
    }
    guard let list, let known = list.identities[pair.publicKey] else {
      guard list != nil else { return [] }
      return [
        Finding(
          check, .warning, "\(folder.allowList) does not have its public key",
          do: "add the line `\(pair.publicKey) ROLE \(name)` here and on every machine with nodes, "
            + "or `granary keys revoke \(name)`")
      ]
    }
    guard known.node == name else {
      return [
        Finding(
          check, .wrong, "\(folder.allowList) calls it \(known.role) \(known.node)",
          do: "name file and line the same: a node that calls itself otherwise is refused")
      ]
    }
    return []
  }

  /// A change of a key that is not at its end. Nothing is wrong with a folder in the middle of one.
  private func change(of name: String) -> [Finding] {
    let check = "change of \(name)'s key"
    let wayOut = "`granary keys rotate \(name)` goes on with it"
    var findings: [Finding] = []
    for (path, found) in [
      (folder.nextSecretKey(of: name), "a next key is made, and not taken over yet"),
      (folder.oldSecretKey(of: name), "the key before is kept until nobody lets it in any more"),
    ] where FolderChecks.status(path) != nil {
      do throws(MessagingError) {
        _ = try KeyFile.readSecret(path)
        findings.append(Finding(check, .warning, found, do: wayOut))
      } catch {
        findings.append(
          Finding(
            check, .wrong, error.description,
            do: "mend that, or remove \(path), and `granary keys rotate \(name)`"))
      }
    }
    return findings
  }

  /// Keys without which a part of the cluster cannot be here.
  private func missing(_ names: [String], _ list: AllowList?) -> [Finding] {
    var findings: [Finding] = []
    if parts.contains(.coordinator), Self.names(of: .coordinator, in: folder).isEmpty {
      findings.append(
        Finding(
          "key of a coordinator", .wrong, "\(folder.keys) has no coordinator's secret",
          do: "`granary keys add coordinator --role coordinator`"))
    }
    if parts.contains(.worker), Self.names(of: .worker, in: folder).isEmpty {
      findings.append(
        Finding(
          "key of a worker", .wrong, "\(folder.keys) has no worker's secret",
          do: "`granary keys add worker-N --role worker`, and add its line to the lists of the "
            + "other machines"))
    }
    if parts == [.client], names.isEmpty {
      findings.append(
        Finding(
          "key of a client", .wrong, "\(folder.keys) has no secret",
          do: "`granary keys add NAME --role client`, and add its line to the lists of the nodes"))
    }
    return findings
  }
}
