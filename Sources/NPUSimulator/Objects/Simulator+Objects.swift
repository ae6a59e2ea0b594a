extension Simulator {
  /// What a bucket of the object store holds, by key.
  public func objects(in bucket: String) -> [String: [UInt8]] { state.objects.objects(in: bucket) }

  /// Puts an object into a bucket, as somebody else would.
  public func putObject(_ bytes: [UInt8], in bucket: String, key: String) { state.objects.put(bytes, bucket, key) }

  /// Uploads in parts that were begun and neither ended nor given up.
  public var unfinishedUploads: Int { state.objects.unfinishedUploads }
}
