internal import HTTPTypes
internal import NPUBase
internal import NPUDigest
internal import NPUTransport

/// Uploads in parts that were left, by a process that was killed or an upload that broke off.
extension ObjectStore {
  /// An upload that is gone on with.
  struct LeftUpload {
    /// The identity of the upload.
    var identity: String
    /// The tags of the parts that the store has, by their numbers.
    var tags: [Int: String] = [:]
  }

  /// As many as stores list of one object.
  private static let mostUploads = 1000

  /// The upload of a file with the most parts, if one was left; all others to the object are given up.
  func leftUpload(_ path: String, _ plan: PartPlan, _ address: ObjectAddress) async throws -> LeftUpload? {
    let found = try await ifTold { try await unfinishedUploads(to: address) } ?? []
    guard !found.isEmpty else { return nil }
    let digests = try Self.local { () throws(FileError) in try Self.partDigests(path, plan) }
    var best: LeftUpload?
    for identity in found where identity != best?.identity {
      let kept = try await ifTold { try await parts(of: identity, address) }
      guard let tags = kept.flatMap({ plan.tags(of: $0, digests: digests) }), tags.count > best?.tags.count ?? 0 else {
        try await giveUp(identity, address)
        continue
      }
      if let best { try await giveUp(best.identity, address) }
      best = LeftUpload(identity: identity, tags: tags)
    }
    return best
  }

  /// What a store says of uploads; nothing where it does not tell or nobody could use it, so that all is sent again.
  private func ifTold<Value>(_ ask: () async throws -> Value) async throws -> Value? {
    do { return try await ask() } catch let error as StorageError where error.status != nil || !error.isTransient {
      return nil
    }
  }

  /// The identities of the uploads to an object that were begun and neither ended nor given up.
  private func unfinishedUploads(to address: ObjectAddress) async throws -> [String] {
    // Lists are in the order of the keys: this one stands before those that begin with it, so that one page has them.
    let request = try self.request(
      .get, ObjectAddress(bucket: address.bucket),
      query: [("encoding-type", "url"), ("prefix", address.key), ("uploads", "")])
    let what = "the list of uploads to \(address)"
    return try await retrying {
      let list = try document(try await response(to: request, what).body, what, of: "ListMultipartUploads")
      let own = list.all("Upload").filter { $0["Key"].map(list.key) == address.key }
      return own.prefix(Self.mostUploads).compactMap { $0["UploadId"] }.filter(Self.isIdentity)
    }
  }

  /// The parts that the store has of an upload.
  private func parts(of upload: String, _ address: ObjectAddress) async throws -> [KeptPart] {
    let what = "the list of the parts of \(address)"
    var parts: [KeptPart] = []
    var last = 0
    while true {
      let marker = last > 0 ? [("part-number-marker", "\(last)")] : []
      let request = try self.request(.get, address, query: [("uploadId", upload)] + marker)
      let list = try await retrying {
        try document(try await response(to: request, what).body, what, of: "ListParts")
      }
      let entries = list.all("Part")
      for entry in entries {
        guard let number = entry["PartNumber"].flatMap({ Int($0) }), let size = entry["Size"].flatMap({ Int($0) })
        else {
          throw StorageError(kind: .malformedResponse, message: "\(what) has a part without a number or a length")
        }
        parts.append(KeptPart(number: number, size: size, tag: ObjectTag(entry["ETag"] ?? "")))
      }
      guard parts.count <= PartPlan.most else {
        throw StorageError(kind: .malformedResponse, message: "\(what) has more than \(PartPlan.most) parts")
      }
      guard list["IsTruncated"] == "true" else { return parts }
      // A store that does not get on would be asked for ever.
      guard let next = list["NextPartNumberMarker"].flatMap({ Int($0) }), !entries.isEmpty, next > last,
        next <= PartPlan.most
      else {
        throw StorageError(kind: .malformedResponse, message: "\(what) goes on, and does not say after which part")
      }
      last = next
    }
  }

  /// Has the store forget an upload; one that it keeps all the same harms nobody.
  private func giveUp(_ upload: String, _ address: ObjectAddress) async throws {
    let request = try self.request(.delete, address, query: [("uploadId", upload)])
    do {
      try await retrying { _ = try await response(to: request, "\(address)") }
    } catch is StorageError {}
  }

  /// The MD5s of the parts of a file, of which one at a time is held in memory.
  private static func partDigests(_ path: String, _ plan: PartPlan) throws(FileError) -> [String] {
    let file = try File(readingRegular: path)
    var digests: [String] = []
    for number in 1...plan.count {
      var md5 = MD5Digest()
      md5.add(try file.read(exactly: plan.length(of: number)))
      digests.append(md5.text)
    }
    return digests
  }
}
