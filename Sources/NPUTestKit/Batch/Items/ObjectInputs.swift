internal import NPUBase
public import NPUStorage

/// The objects below a prefix of an object store, an item for each, named after what follows the prefix.
///
/// An object is fetched when it is its turn, into a file that is removed when its outcome is known. Objects whose names
/// end with a slash stand for folders and are passed over.
public struct ObjectsInput: BatchInput {
  /// The store.
  public var store: ObjectStore
  /// The bucket and the prefix.
  public var address: ObjectAddress

  /// Names objects; a prefix is taken as a folder.
  public init(_ store: ObjectStore, _ address: ObjectAddress) {
    self.store = store
    self.address = address.key.isEmpty || address.key.hasSuffix("/") ? address : address.appending("")
  }

  /// Looks at the whole input once.
  public func index(in folder: String) async throws -> BatchIndex {
    let objects = try await BatchError.remote { try await store.objects(at: address) }
    let entries = objects.filter { !$0.key.hasSuffix("/") }.map { object in
      BatchIndex.Entry(
        id: String(decoding: object.key.utf8.dropFirst(address.key.utf8.count), as: UTF8.self), tag: object.etag,
        size: object.size)
    }
    return try BatchIndex(entries)
  }

  /// Reads one item.
  public func item(_ entry: BatchIndex.Entry, in folder: String) async throws -> BatchItem {
    let scratch = "\(folder)/fetched"
    try BatchError.local { () throws(FileError) in try Folder.prepare(scratch) }
    // Services tell the format by the ending of a name.
    let path = "\(scratch)/\(OutputName.flat(entry.id))"
    let place = ObjectAddress(bucket: address.bucket, key: address.key + entry.id)
    try await BatchError.remote {
      do {
        try await store.download(place, to: path, matching: entry.tag.isEmpty ? nil : entry.tag, limit: entry.size)
      } catch let error as StorageError where error.kind == .notFound {
        throw BatchError(kind: .changedInput, message: "\(place) is gone since the batch was begun")
      } catch let error as StorageError where error.kind == .tooLarge {
        throw BatchError(
          kind: .changedInput, message: "\(place) has more than the \(entry.size) bytes it had when the batch was begun"
        )
      }
    }
    return BatchItem(id: entry.id, content: .file(path: path))
  }

  /// Removes what was fetched.
  public func release(_ item: BatchItem, in folder: String) {
    if case .file(let path) = item.content { File.remove(path) }
  }
}

/// An object of JSON Lines, which is fetched into the folder of the batch.
public struct ObjectLinesInput: BatchInput {
  /// The store.
  public var store: ObjectStore
  /// The object.
  public var address: ObjectAddress

  /// Names an object.
  public init(_ store: ObjectStore, _ address: ObjectAddress) {
    self.store = store
    self.address = address
  }

  /// Looks at the whole input once.
  public func index(in folder: String) async throws -> BatchIndex {
    let lines = lines(in: folder)
    _ = try await BatchError.remote { try await store.download(address, to: lines.path) }
    return try await lines.index(in: folder)
  }

  /// Reads one item.
  public func item(_ entry: BatchIndex.Entry, in folder: String) async throws -> BatchItem {
    try await lines(in: folder).item(entry, in: folder)
  }

  private func lines(in folder: String) -> LinesInput { LinesInput(fetched: "\(folder)/input.jsonl") }
}
