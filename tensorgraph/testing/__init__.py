"""Laws that anybody's ops can be tested by: values, types, batches, gradients."""
