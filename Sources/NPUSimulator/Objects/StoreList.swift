internal import Crypto

/// The documents in which a store lists what it has, a page at a time.
enum StoreList {
  /// The objects of a bucket.
  static func objects(of shelf: ObjectShelf, _ asked: StoreRequest, _ behaviour: ObjectStoreBehaviour) -> String {
    let keys = shelf.keys(asked.bucket, prefix: asked.query["prefix"] ?? "", after: asked.query["marker"] ?? "")
    let room = room(asked.query["max-keys"], behaviour)
    var text = start(asked, isTruncated: keys.count > room)
    for key in keys.prefix(room) {
      guard let object = shelf[asked.bucket, key] else { continue }
      text +=
        "\n  <Contents><Key>\(name(of: key, asked))</Key><ETag>&quot;\(object.etag)&quot;</ETag>"
        + "<Size>\(object.bytes.count)</Size></Contents>"
    }
    return StoreRefusal.document("ListBucketResult", text)
  }

  /// The unfinished uploads to a bucket, by their keys and then in the order in which they were begun.
  static func uploads(of shelf: ObjectShelf, _ asked: StoreRequest, _ behaviour: ObjectStoreBehaviour) -> String {
    let prefix = asked.query["prefix"] ?? ""
    let found = shelf.uploads.filter { $0.value.bucket == asked.bucket && $0.value.key.utf8.starts(with: prefix.utf8) }
      .sorted { ($0.value.key, $0.value.number) < ($1.value.key, $1.value.number) }
    let room = room(asked.query["max-uploads"], behaviour)
    var text = start(asked, isTruncated: found.count > room)
    for (identity, upload) in found.prefix(room) {
      text +=
        "<Upload><Key>\(name(of: upload.key, asked))</Key>"
        + "<UploadId>\(StoreRefusal.escaped(identity))</UploadId></Upload>"
    }
    return StoreRefusal.document("ListMultipartUploadsResult", text)
  }

  /// The parts of an upload, in the order of their numbers.
  static func parts(of upload: ObjectShelf.Upload, _ asked: StoreRequest, _ behaviour: ObjectStoreBehaviour) -> String {
    let marker = asked.query["part-number-marker"].flatMap { Int($0) } ?? 0
    let found = upload.parts.filter { $0.key > marker }.sorted { $0.key < $1.key }
    let room = room(asked.query["max-parts"], behaviour)
    var text = "<IsTruncated>\(found.count > room)</IsTruncated>"
    for (number, bytes) in found.prefix(room) {
      let tag = SignatureCheck.hexadecimal(Insecure.MD5.hash(data: bytes))
      text +=
        "<Part><PartNumber>\(number)</PartNumber><ETag>&quot;\(tag)&quot;</ETag><Size>\(bytes.count)</Size></Part>"
    }
    if let last = found.prefix(room).last { text += "<NextPartNumberMarker>\(last.key)</NextPartNumberMarker>" }
    return StoreRefusal.document("ListPartsResult", text)
  }

  private static func room(_ asked: String?, _ behaviour: ObjectStoreBehaviour) -> Int {
    max(1, min(behaviour.pageSize, asked.flatMap { Int($0) } ?? 1000))
  }

  private static func start(_ asked: StoreRequest, isTruncated: Bool) -> String {
    "<IsTruncated>\(isTruncated)</IsTruncated>"
      + (asked.query["encoding-type"] == "url" ? "<EncodingType>url</EncodingType>" : "")
  }

  private static func name(of key: String, _ asked: StoreRequest) -> String {
    asked.query["encoding-type"] == "url" ? StoreRequest.listed(key) : StoreRefusal.escaped(key)
  }
}
