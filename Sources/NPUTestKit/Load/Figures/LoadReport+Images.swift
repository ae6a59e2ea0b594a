internal import NPUBase

extension LoadReport {
  /// The headline figures of an image service.
  ///
  /// - `images_per_minute`: images of completed requests * 60 / window. The window is wall-clock time from the first
  ///   intended start to the last end, so requests that ran at the same time count once; the sum of latencies, which some scripts divide
  ///   by, would count them again and again.
  /// - `images`: images of completed requests.
  /// - `seconds_per_image`: window / images, the reciprocal.
  /// - `batch_scaling`: see ``BatchScaling``, with both medians; only where it was asked for, and without a value where it
  ///   could not be measured.
  ///
  /// - Parameters:
  ///   - scaling: What batches cost, if that was measured.
  ///   - scalingCount: For how many images it was asked for.
  /// - Returns: The figures; those that are not defined, as without any image, have no value.
  public func imageFigures(scaling: BatchScaling? = nil, scalingCount: Int? = nil) -> [ServiceFigure] {
    let images = figures(of: .images)?.total ?? 0
    let window = window.duration
    var figures = [
      ServiceFigure("images", "Images", images, decimals: 0),
      ServiceFigure("images_per_minute", "Images per minute", window > 0 ? images * 60 / window : nil),
      ServiceFigure("seconds_per_image", "Seconds per image", images > 0 ? window / images : nil, decimals: 3),
    ]
    if let count = scaling?.count ?? scalingCount {
      figures += [
        ServiceFigure("batch_size", "Images of a batch", Double(count), decimals: 0),
        ServiceFigure("batch_single_ms", "Median latency of 1 image (ms)", scaling?.singleMedian?.milliseconds),
        ServiceFigure("batch_ms", "Median latency of \(count) images (ms)", scaling?.batchMedian?.milliseconds),
        ServiceFigure("batch_scaling", "Batch scaling T(\(count)) / (\(count) T(1))", scaling?.ratio, decimals: 3),
      ]
    }
    return figures
  }
}
