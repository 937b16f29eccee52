"""S3's buckets as AWS keeps them: closed by default, with settings that moto has no defaults and no refusals for."""
