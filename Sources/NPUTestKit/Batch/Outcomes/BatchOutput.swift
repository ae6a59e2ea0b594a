internal import NPUBase
public import NPUStorage

/// Where a batch puts what comes of its items.
public enum BatchOutput: Sendable {
  /// A folder on this machine.
  case folder(String)
  /// A prefix of an object store.
  case store(ObjectStore, ObjectAddress)

  /// Writes a file, which is there whole afterwards or as it was before.
  func put(_ bytes: [UInt8], as name: String, contentType: String) async throws {
    switch self {
    case .folder(let folder):
      try BatchError.local { () throws(FileError) in
        let path = "\(folder)/\(name)"
        try Folder.prepare(Folder.containing(path))
        try OutputFile(path).save(bytes)
      }
    case .store(let store, let address):
      _ = try await BatchError.remote {
        try await store.put(bytes, to: address.appending(name), contentType: contentType)
      }
    }
  }

  /// Copies a file of the batch's own folder, unless it lies there already; what an earlier part has copied is not sent
  /// again.
  func publish(_ path: String, as name: String, contentType: String) async throws {
    guard case .store(let store, let address) = self else { return }
    _ = try await BatchError.remote {
      try await store.upload(path, to: address.appending(name), contentType: contentType, resumes: true)
    }
  }

  /// Makes sure, before anything is asked, that something can be written.
  func check() async throws {
    switch self {
    case .folder(let folder): try BatchError.local { () throws(FileError) in try Folder.prepare(folder) }
    case .store(let store, let address):
      _ = try await BatchError.remote { try await store.page(of: address, limit: 1) }
    }
  }
}
